// A plan for people: one block an action, each with its reasons.
#include "plan/format.hpp"

#include "base/json_at.hpp"
#include "base/plural.hpp"
#include "plan/plan.hpp"
#include "plan/text.hpp"
#include "swarm/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace skep::plan {
namespace {

bool restarting(const std::string& path) {
  return (path.starts_with("TaskTemplate.") && !path.starts_with("TaskTemplate.Placement.")) ||
         path.starts_with("EndpointSpec.");
}

std::string tasks_of(const swarm::Spec& spec) {
  switch (spec.mode()) {
    case swarm::Spec::Mode::replicated:
      return plural(spec.replicas(), "task");
    case swarm::Spec::Mode::global:
      return "task on each node";
    case swarm::Spec::Mode::replicated_job:
    case swarm::Spec::Mode::global_job:
      return "job";
  }
  return "tasks";
}

/// "Env[A]" of "TaskTemplate.ContainerSpec.Env[A]".
std::string short_path(const std::string& path) {
  for (const std::string prefix :
       {"TaskTemplate.ContainerSpec.", "TaskTemplate.", "EndpointSpec."}) {
    if (path.starts_with(prefix)) return path.substr(prefix.size());
  }
  return path;
}

/// "restarts its 2 tasks because Image, Env[A] change"
std::string effect_of(const UpdateService& update) {
  if (!update.restarts) return "its tasks go on";
  std::vector<std::string> fields;
  for (const auto& change : update.changes) {
    if (restarting(change.path)) fields.push_back(short_path(change.path));
  }
  std::vector<std::string> reasons;
  if (!fields.empty()) {
    reasons.push_back(
        fmt::format("{} change{}", fmt::join(fields, ", "), fields.size() == 1 ? "s" : ""));
  }
  if (!update.why.empty()) reasons.push_back(update.why);
  const auto what = update.spec.is_job() ? std::string("runs the job again")
                                         : "restarts its " + tasks_of(update.spec);
  return reasons.empty() ? what : fmt::format("{} because {}", what, fmt::join(reasons, "; "));
}

std::string scale_of(const swarm::Spec& spec) {
  switch (spec.mode()) {
    case swarm::Spec::Mode::replicated:
      return plural(spec.replicas(), "replica");
    case swarm::Spec::Mode::global:
      return "on each node";
    case swarm::Spec::Mode::replicated_job:
      return fmt::format("a job of {}", plural(spec.replicas(), "task"));
    case swarm::Spec::Mode::global_job:
      return "a job on each node";
  }
  return {};
}

struct Printer {
  std::string operator()(const LabelNode& action) const {
    std::string text = fmt::format("label node {}\n", action.hostname);
    for (const auto& [key, value] : action.labels) text += fmt::format("    {}={}\n", key, value);
    return text;
  }
  std::string operator()(const CreateNetwork& action) const {
    const auto driver = text_at(action.spec, {"Driver"});
    return fmt::format("create network {}{}\n", action.name,
                       driver.empty() ? "" : " (" + driver + ")");
  }
  std::string operator()(const CreateSecret& action) const {
    return fmt::format("create secret {}{}\n", action.name,
                       instead(action.name, action.plain_name));
  }
  std::string operator()(const CreateConfig& action) const {
    return fmt::format("create config {} ({}){}\n", action.name, plural(action.data.size(), "byte"),
                       instead(action.name, action.plain_name));
  }
  std::string operator()(const CreateService& action) const {
    return fmt::format("create service {}\n    image {}\n    {}\n", action.name,
                       action.spec.image(), scale_of(action.spec));
  }
  std::string operator()(const UpdateService& action) const {
    std::string text = fmt::format("update service {}: {}\n", action.name, effect_of(action));
    if (!action.restarts && !action.why.empty())
      text += fmt::format("    because {}\n", action.why);
    for (const auto& change : action.changes) text += shown(change);
    return text;
  }
  std::string operator()(const RunTask& action) const {
    std::string text = fmt::format(
        "run one-off {}: {}\n    image {}\n", action.name,
        action.changes.empty() ? action.why : "it changed since it last ran", action.spec.image());
    for (const auto& change : action.changes) text += shown(change);
    return text;
  }
  std::string operator()(const RemoveService& action) const {
    return fmt::format("remove service {}{}{}\n", action.name, action.why.empty() ? "" : ": ",
                       action.why);
  }
  std::string operator()(const RemoveSecret& action) const {
    return "remove secret " + action.name + "\n";
  }
  std::string operator()(const RemoveConfig& action) const {
    return "remove config " + action.name + "\n";
  }
  std::string operator()(const RemoveNetwork& action) const {
    return "remove network " + action.name + "\n";
  }

  static std::string shown(const swarm::FieldChange& change) {
    return fmt::format("    {}: {} → {}\n", change.path, readable(change.old_value),
                       readable(change.new_value));
  }
  static std::string instead(const std::string& name, const std::string& plain) {
    return name == plain ? "" : fmt::format(", the new content of {}", plain);
  }
};

struct Counts {
  std::size_t create = 0;
  std::size_t update = 0;
  std::size_t remove = 0;
  std::size_t run = 0;
  void operator()(const RunTask&) { ++run; }
  void operator()(const LabelNode&) { ++update; }
  void operator()(const CreateNetwork&) { ++create; }
  void operator()(const CreateSecret&) { ++create; }
  void operator()(const CreateConfig&) { ++create; }
  void operator()(const CreateService&) { ++create; }
  void operator()(const UpdateService&) { ++update; }
  void operator()(const RemoveService&) { ++remove; }
  void operator()(const RemoveSecret&) { ++remove; }
  void operator()(const RemoveConfig&) { ++remove; }
  void operator()(const RemoveNetwork&) { ++remove; }
};

std::string waits(const Stage& stage) {
  std::vector<std::string> names;
  for (const auto& wait : stage.wait_for) names.push_back(wait.service);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string format(const Plan& plan) {
  std::string text = fmt::format("stack {}\n", plan.stack);
  Counts counts;
  for (const auto& stage : plan.stages) {
    if (stage.actions.empty())
      text += fmt::format("  wait for the running update of {}\n", waits(stage));
    for (const auto& action : stage.actions) {
      text += "  " + std::visit(Printer{}, action);
      std::visit(counts, action);
    }
  }
  for (const auto& name : plan.unchanged) text += fmt::format("  unchanged {}\n", name);
  for (const auto& note : plan.notes) text += fmt::format("  note: {}\n", note);
  if (plan.empty()) return text + "nothing to change\n";
  if (counts.run > 0) text += fmt::format("{} to run, ", counts.run);
  return text + fmt::format("{} to create, {} to update, {} to remove, {} unchanged\n",
                            counts.create, counts.update, counts.remove,
                            plural(plan.unchanged.size(), "service"));
}

}  // namespace skep::plan
