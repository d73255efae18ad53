#include "ops/config.hpp"

#include "base/hash.hpp"
#include "base/visible.hpp"
#include "ops/draft.hpp"
#include "project/project.hpp"
#include "project/reading.hpp"
#include "stack/canonical_file.hpp"
#include "yaml/emit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace skep::ops {
namespace {

Json to_json(const yaml::Node& node) {
  switch (node.type()) {
    case yaml::Type::null:
      return nullptr;
    case yaml::Type::boolean:
      return node.as_boolean();
    case yaml::Type::integer:
      return node.as_integer();
    case yaml::Type::floating:
      return node.as_floating();
    case yaml::Type::string:
      return node.as_string();
    case yaml::Type::list: {
      Json list = Json::array();
      for (const auto& item : node.items()) list.push_back(to_json(item));
      return list;
    }
    case yaml::Type::map: {
      Json map = Json::object();
      for (const auto& entry : node.entries()) map[entry.key] = to_json(entry.value);
      return map;
    }
  }
  return nullptr;
}

std::vector<std::string> keys_of(const yaml::Node& root, const char* section) {
  std::vector<std::string> keys;
  const yaml::Node* map = root.find(section);
  if (map == nullptr) return keys;
  for (const auto& entry : map->entries()) keys.push_back(entry.key);
  return keys;
}

std::vector<std::string> images_of(const yaml::Node& root) {
  std::set<std::string> images;
  if (const yaml::Node* services = root.find("services"); services != nullptr) {
    for (const auto& entry : services->entries()) {
      if (const yaml::Node* image = entry.value.find("image")) images.insert(image->text());
    }
  }
  return {images.begin(), images.end()};
}

/// "*", or the names between commas.
std::vector<std::string> chosen(const std::string& wanted, const std::vector<std::string>& names) {
  if (wanted == "*") return names;
  std::vector<std::string> result;
  for (std::size_t at = 0; at <= wanted.size();) {
    const std::size_t end = std::min(wanted.find(',', at), wanted.size());
    const std::string name = wanted.substr(at, end - at);
    at = end + 1;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      const std::string meant = nearest(name, names);
      throw Error(Kind::usage, fmt::format("there is no service \"{}\"", name),
                  meant.empty() ? fmt::format("the services are {}", fmt::join(names, ", "))
                                : fmt::format("did you mean \"{}\"?", meant));
    }
    result.push_back(name);
  }
  return result;
}

/// A line for each service: it changes when, and only when, what the files say of the service does.
std::vector<std::string> hashes_of(const yaml::Node& root, const std::string& wanted) {
  std::vector<std::string> lines;
  for (const auto& name : chosen(wanted, keys_of(root, "services"))) {
    const Json service = to_json(*root.find("services")->find(name));
    lines.push_back(fmt::format("{} {}", name, sha256_hex(dump_json(service))));
  }
  return lines;
}

Printable listing(const std::vector<std::string>& lines) {
  Draft draft{"", Json::array()};
  for (const auto& line : lines) {
    draft.text += visible(line) + "\n";
    draft.json.push_back(line);
  }
  return draft.done();
}

}  // namespace

Printable config(deploy::Deps& deps, const ConfigOptions& options) {
  const int listings = int{options.services} + int{options.images} + int{options.volumes} +
                       int{options.profiles} + int{!options.hash.empty()};
  if (listings > 1) {
    throw Error(Kind::usage,
                "--services, --images, --volumes, --profiles and --hash do not go together",
                "ask for one of them");
  }
  project::Loaded loaded = project::load_files(options.project, deps.env);
  auto read = project::read_options(loaded, options.project, deps.env);
  read.whole = false;
  const bool interpolated = options.project.interpolate;
  yaml::Node root = stack::canonical_file(std::move(loaded.compose.document.root), read,
                                          interpolated, loaded.problems);
  loaded.problems.throw_if_errors(loaded.project.file);
  for (const auto& problem : loaded.problems.sorted()) deps.events.emit(Warned{problem});
  if (options.services) return listing(keys_of(root, "services"));
  if (options.images) return listing(images_of(root));
  if (options.volumes) return listing(keys_of(root, "volumes"));
  if (options.profiles) return listing(loaded.compose.profiles);
  if (!options.hash.empty()) return listing(hashes_of(root, options.hash));
  if (interpolated) root = project::readable_again(loaded, std::move(root));
  if (options.as_line) return {"", yaml::json_as_yaml(dump_json(to_json(root)))};
  if (options.format == "json")
    return {yaml::json_as_yaml(dump_json_pretty(to_json(root))) + "\n", ""};
  return {yaml::emit(root), ""};
}

}  // namespace skep::ops
