#include "stack/placeholder_names.hpp"

#include "base/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace skep::stack {
namespace {

constexpr int kAnyNumber = 1000;

constexpr auto kFields = std::to_array<Field>({
    {Is::swarm, "Service", Is::service},
    {Is::swarm, "Node", Is::node},
    {Is::swarm, "Task", Is::task},
    {Is::swarm, "Expand", Is::text, 1},
    {Is::service, "ID"},
    {Is::service, "Name"},
    {Is::service, "Labels", Is::labels},
    {Is::node, "ID"},
    {Is::node, "Hostname"},
    {Is::node, "Platform", Is::platform},
    {Is::platform, "Architecture"},
    {Is::platform, "OS"},
    {Is::task, "ID"},
    {Is::task, "Name"},
    {Is::task, "Slot"},
    {Is::log, "ID", Is::text, 0},
    {Is::log, "FullID", Is::text, 0},
    {Is::log, "Name", Is::text, 0},
    {Is::log, "ImageID", Is::text, 0},
    {Is::log, "ImageFullID", Is::text, 0},
    {Is::log, "ImageName", Is::text, 0},
    {Is::log, "Hostname", Is::text, 0},
    {Is::log, "Command", Is::text, 0},
    {Is::log, "ExtraAttributes", Is::unknown, 1},
    {Is::log, "Config", Is::unknown},
    {Is::log, "ContainerID"},
    {Is::log, "ContainerName"},
    {Is::log, "ContainerEntrypoint"},
    {Is::log, "ContainerArgs", Is::unknown},
    {Is::log, "ContainerImageID"},
    {Is::log, "ContainerImageName"},
    {Is::log, "ContainerCreated", Is::unknown},
    {Is::log, "ContainerEnv", Is::unknown},
    {Is::log, "ContainerLabels", Is::unknown},
    {Is::log, "LogPath"},
    {Is::log, "DaemonName"},
});

/// Go's own (text/template/funcs.go).
constexpr auto kFunctions = std::to_array<Function>({
    {"and", 1, kAnyNumber},
    {"call", 1, kAnyNumber},
    {"eq", 2, kAnyNumber},
    {"ge", 2, 2},
    {"gt", 2, 2},
    {"html", 0, kAnyNumber, Is::text},
    {"index", 1, kAnyNumber},
    {"js", 0, kAnyNumber, Is::text},
    {"le", 2, 2},
    {"len", 1, 1},
    {"lt", 2, 2},
    {"ne", 2, 2},
    {"not", 1, 1},
    {"or", 1, kAnyNumber},
    {"print", 0, kAnyNumber, Is::text},
    {"printf", 1, kAnyNumber, Is::text},
    {"println", 0, kAnyNumber, Is::text},
    {"slice", 1, 4},
    {"urlquery", 0, kAnyNumber, Is::text},
});
constexpr auto kOfSwarm = std::to_array<Function>({{"join", 1, kAnyNumber, Is::text}});
constexpr auto kOfPayloads = std::to_array<Function>({
    {"join", 1, kAnyNumber, Is::text},
    {"secret", 1, 1, Is::text},
    {"config", 1, 1, Is::text},
    {"env", 1, 1, Is::text},
});
constexpr auto kOfLogging = std::to_array<Function>({
    {"json", 1, 1, Is::text},
    {"split", 2, 2},
    {"join", 2, 2, Is::text},
    {"title", 1, 1, Is::text},
    {"lower", 1, 1, Is::text},
    {"upper", 1, 1, Is::text},
    {"pad", 3, 3, Is::text},
    {"truncate", 2, 2, Is::text},
});

std::span<const Function> own_functions(Expander expander) {
  switch (expander) {
    case Expander::swarm:
      return kOfSwarm;
    case Expander::payload:
      return kOfPayloads;
    case Expander::logging:
      return kOfLogging;
  }
  return {};
}

/// Fields below `of` that go by this name, each with what stands in front of it.
std::vector<std::string> paths_to(Is of, std::string_view name, const std::string& before) {
  std::vector<std::string> result;
  for (const auto& field : kFields) {
    if (field.of != of) continue;
    const std::string path = fmt::format("{}.{}", before, field.name);
    if (field.name == name) result.push_back(path);
    for (auto& below : paths_to(field.is, name, path)) result.push_back(std::move(below));
  }
  return result;
}

/// The name that was probably meant. These words are short and other template languages have many
/// similar ones, so the lengths may differ by one letter, and a name of up to three letters must
/// begin alike.
std::string close_to(const std::string& name, const std::vector<std::string>& names) {
  const std::string near = nearest(name, names);
  const auto longer = std::max(near.size(), name.size()),
             shorter = std::min(near.size(), name.size());
  const bool slip =
      !near.empty() && longer - shorter <= 1 && (name.size() > 3 || near.front() == name.front());
  return slip ? near : "";
}

}  // namespace

Is root_of(Expander expander) {
  return expander == Expander::logging ? Is::log : Is::swarm;
}

const Function* find_function(Expander expander, std::string_view name) {
  const auto named = [&](const Function& function) { return function.name == name; };
  const auto own = own_functions(expander);
  if (const auto found = std::find_if(own.begin(), own.end(), named); found != own.end())
    return &*found;
  const auto found = std::find_if(kFunctions.begin(), kFunctions.end(), named);
  return found == kFunctions.end() ? nullptr : &*found;
}

const Field* find_field(Is of, std::string_view name) {
  const auto found = std::find_if(kFields.begin(), kFields.end(), [&](const Field& field) {
    return field.of == of && field.name == name;
  });
  return found == kFields.end() ? nullptr : &*found;
}

std::string meant_field(Is of, const std::string& name, const std::string& before) {
  if (const auto deeper = paths_to(of, name, before); !deeper.empty())
    return fmt::format("{}", fmt::join(deeper, " or "));
  std::vector<std::string> names;
  for (const auto& field : kFields) {
    if (field.of == of) names.emplace_back(field.name);
  }
  const std::string near = close_to(name, names);
  return near.empty() ? "" : before + "." + near;
}

std::string meant_function(Expander expander, const std::string& name) {
  if (const auto fields = paths_to(root_of(expander), name, ""); !fields.empty())
    return fmt::format("{}", fmt::join(fields, " or "));
  std::vector<std::string> names;
  for (const auto& function : own_functions(expander)) names.emplace_back(function.name);
  for (const auto& function : kFunctions) names.emplace_back(function.name);
  return close_to(name, names);
}

std::string placeholders(Expander expander) {
  std::vector<std::string> paths;
  const Is root = root_of(expander);
  for (const auto& field : kFields) {
    if (field.of != root || field.arguments > 0 || field.is == Is::unknown) continue;
    bool deeper = false;
    for (const auto& below : kFields) {
      if (below.of != field.is || field.is == Is::text) continue;
      deeper = true;
      paths.push_back(fmt::format(".{}.{}", field.name, below.name));
    }
    if (!deeper) paths.push_back(fmt::format(".{}", field.name));
  }
  return fmt::format("{}", fmt::join(paths, ", "));
}

}  // namespace skep::stack
