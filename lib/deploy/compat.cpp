#include "deploy/compat.hpp"

#include "base/time_limit.hpp"
#include "config/load.hpp"
#include "convert/desired.hpp"
#include "deploy/load.hpp"
#include "engine/services.hpp"
#include "release/records.hpp"
#include "swarm/canonical.hpp"
#include "swarm/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace skep::deploy {
namespace {

/// The name under which the stack is deployed, where a Compose file is read; "" where it is not, or
/// where the file itself says the name, which docker refuses.
std::string compose_stack(const project::Options& options, const Env& env) {
  if (!options.compose_files.empty()) return options.stack;
  const auto project = project::load_project(options, env);
  return config::is_compose_file(project) ? project.stack : "";
}

bool services_live(Deps& deps, const std::string& stack, const std::stop_token& stop) {
  const engine::Filters filters{{"label", {fmt::format("{}={}", swarm::kNamespaceLabel, stack)}}};
  return !engine::list_services_json(deps.engine(), filters, stop).empty();
}

const convert::DesiredService* find(const convert::Desired& desired, const std::string& name) {
  const auto found = std::find_if(desired.services.begin(), desired.services.end(),
                                  [&](const auto& service) { return service.name == name; });
  return found == desired.services.end() ? nullptr : &*found;
}

/// "web: TaskTemplate.RestartPolicy" for each field of each service that the two readings differ
/// in.
std::vector<std::string> differences(const convert::Desired& docker, const convert::Desired& ours) {
  std::vector<std::string> lines;
  for (const auto& service : ours.services) {
    const auto* before = find(docker, service.name);
    if (before == nullptr) continue;
    const auto changes =
        swarm::diff(swarm::canonical(before->spec), swarm::canonical(service.spec));
    for (const auto& change : changes) {
      lines.push_back(fmt::format("{}: {}: {} → {}", service.key, change.path,
                                  change.old_value.is_null() ? "not set" : change.old_text(),
                                  change.new_value.is_null() ? "not set" : change.new_text()));
    }
    if (service.build) lines.push_back(fmt::format("{}: it is built here", service.key));
  }
  return lines;
}

void say_what_none_changes(Deps& deps, const Settled& settled, const project::Loaded& loaded) {
  std::string text = fmt::format("no longer read as docker reads it ({})", settled.stack.why);
  const auto& files = settled.options.compose_files;
  if (std::find(files.begin(), files.end(), "-") != files.end()) {
    deps.events.emit(Note{text + "; standard input is read once: the plan says what changes"});
    return;
  }
  project::Options as_docker = settled.options;
  as_docker.compat = Compat::docker;
  as_docker.env_files.clear();
  const project::Loaded docker = project::load_all_problems(as_docker, deps.env);
  if (docker.problems.has_errors()) {
    text += "; docker could not read this file any more";
  } else if (const auto lines = differences(docker.desired, loaded.desired); lines.empty()) {
    text += "; that changes nothing";
  } else {
    text += fmt::format("; that changes:\n  {}", fmt::join(lines, "\n  "));
  }
  deps.events.emit(Note{text});
}

}  // namespace

StackReading reading_of(const std::vector<release::Kept>& records, bool services_live) {
  const auto* last = release::last_released(records);
  if (last == nullptr && !records.empty()) last = &records.back();
  if (last != nullptr) {
    if (last->record.compat != Compat::docker) return {};
    return {Compat::docker, fmt::format("as in r{}", last->record.number)};
  }
  if (!services_live) return {};
  return {Compat::docker, "docker made this stack"};
}

std::optional<StackThere> stack_there(Deps& deps, const project::Options& options) {
  constexpr auto kPatience = std::chrono::seconds(2);
  using Answer = std::optional<StackThere>;
  const auto ask = [&](const std::stop_token& stop) -> Answer {
    const std::string stack = compose_stack(options, deps.env);
    if (stack.empty()) return std::nullopt;
    const auto records = release::records(deps.engine(), stack, stop);
    if (!services_live(deps, stack, stop)) return std::nullopt;
    return StackThere{stack, reading_of(records, true)};
  };
  try {
    return only_errors([&] { return within(kPatience, deps.stop, ask).value_or(std::nullopt); });
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted) throw;
    return std::nullopt;
  }
}

Settled settle(Deps& deps, const project::Options& options) {
  Settled settled{options, {}, std::nullopt};
  if (options.compat == Compat::docker) return settled;
  const std::string stack = compose_stack(options, deps.env);
  if (stack.empty()) return settled;
  auto said = options.compat;
  if (!said && options.compose_files.empty())
    said = project::load_project(options, deps.env).compat;
  try {
    const auto records = release::records(deps.engine(), stack, deps.stop);
    settled.stack = reading_of(records, records.empty() && services_live(deps, stack, deps.stop));
  } catch (const Error& error) {
    settled.unasked = error;
    return settled;
  }
  if (settled.stack.compat != Compat::docker || said == Compat::none) return settled;
  if (!said) {
    settled.options.compat = Compat::docker;
    settled.options.compat_why = settled.stack.why;
  }
  // Before the files are read: what is wrong with them may be due to it.
  deps.events.emit(Note{fmt::format(
      "read as docker reads it ({}); `--compat none` ends that, and says what it changes",
      settled.stack.why)});
  return settled;
}

project::Loaded load_settled(Deps& deps, const project::Options& options) {
  const Settled settled = settle(deps, options);
  project::Loaded loaded = load(deps, settled.options);
  if (settled.unasked) throw *settled.unasked;
  say_reading_ended(deps, settled, loaded);
  return loaded;
}

void say_reading_ended(Deps& deps, const Settled& settled, const project::Loaded& loaded) {
  const bool was_docker = settled.stack.compat == Compat::docker;
  if (was_docker && loaded.compat == Compat::none) say_what_none_changes(deps, settled, loaded);
}

Compat compat_now(const project::Loaded& loaded, const Situation& situation) {
  if (loaded.compat) return *loaded.compat;
  const bool live = !situation.snapshot.stack_services(loaded.stack).empty();
  return reading_of(situation.records, live).compat;
}

}  // namespace skep::deploy
