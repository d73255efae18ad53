#include "plan/draft.hpp"

#include "base/json_at.hpp"
#include "plan/choices.hpp"
#include "swarm/constraint.hpp"
#include "swarm/owner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::plan {
namespace {

bool platform_fits(const Json& platform, const swarm::Node& node) {
  const auto normal = [](const std::string& name) {
    return name == "x86_64"    ? std::string("amd64")
           : name == "aarch64" ? std::string("arm64")
                               : name;
  };
  const auto os = text_at(platform, {"OS"});
  const auto architecture = text_at(platform, {"Architecture"});
  return (os.empty() || os == node.os) &&
         (architecture.empty() || normal(architecture) == normal(node.architecture));
}

}  // namespace

bool is_paused(const swarm::Service& service, const swarm::Snapshot& snapshot) {
  if (!service.update) return false;
  if (service.update->state == swarm::UpdateState::rollback_paused) return true;
  if (service.update->state != swarm::UpdateState::paused) return false;
  return service.spec.restart_condition() == "any" || stale_tasks(service, snapshot) > 0;
}

bool is_in_progress(const swarm::Service& service) {
  return service.update && (service.update->state == swarm::UpdateState::updating ||
                            service.update->state == swarm::UpdateState::rollback_started);
}

const char* mode_word(swarm::Spec::Mode mode) {
  switch (mode) {
    case swarm::Spec::Mode::replicated:
      return "replicated";
    case swarm::Spec::Mode::global:
      return "global";
    case swarm::Spec::Mode::replicated_job:
      return "replicated-job";
    case swarm::Spec::Mode::global_job:
      return "global-job";
  }
  return "replicated";
}

std::string why_recreated(const swarm::Spec& live, const swarm::Spec& wanted) {
  return fmt::format("must be recreated, because its mode changes from {} to {}",
                     mode_word(live.mode()), mode_word(wanted.mode()));
}

bool Draft::in_progress() const {
  return live != nullptr && is_in_progress(*live);
}

std::size_t stale_tasks(const swarm::Service& service, const swarm::Snapshot& snapshot) {
  if (service.spec.is_job()) return 0;
  return static_cast<std::size_t>(
      std::count_if(snapshot.tasks.begin(), snapshot.tasks.end(), [&](const swarm::Task& task) {
        return task.service_id == service.id && task.state == swarm::TaskState::running &&
               task.desired == swarm::TaskState::running && !task.up_to_date;
      }));
}

const swarm::Service* own_service(const swarm::Snapshot& snapshot, const std::string& stack,
                                  const std::string& name) {
  const auto* service = snapshot.find_service(name);
  return service != nullptr && swarm::belongs_to(service->spec, stack) ? service : nullptr;
}

bool node_fits(const swarm::Node& node, const swarm::Spec& spec) {
  for (const auto& constraint : spec.constraints()) {
    // Reading the file has said that it is malformed.
    if (!swarm::wrong_with_constraint(constraint).empty()) continue;
    if (!swarm::satisfies(node, constraint)) return false;
  }
  const auto pointer = Json::json_pointer("/TaskTemplate/Placement/Platforms");
  if (!spec.json().contains(pointer)) return true;
  const Json& platforms = spec.json().at(pointer);
  if (!platforms.is_array() || platforms.empty()) return true;
  return std::any_of(platforms.begin(), platforms.end(),
                     [&](const Json& platform) { return platform_fits(platform, node); });
}

std::vector<const swarm::Node*> fitting_nodes(const swarm::Spec& spec,
                                              const std::vector<swarm::Node>& nodes) {
  std::vector<const swarm::Node*> result;
  for (const auto& node : nodes) {
    if (node.state == swarm::NodeState::ready && node.availability == swarm::Availability::active &&
        node_fits(node, spec))
      result.push_back(&node);
  }
  return result;
}

std::vector<swarm::Node> labelled_nodes(const swarm::Snapshot& snapshot, const Choices& choices) {
  auto nodes = snapshot.nodes;
  for (auto& node : nodes) {
    const auto found = choices.node_labels.find(node.hostname);
    if (found == choices.node_labels.end()) continue;
    for (const auto& [key, value] : found->second) node.labels[key] = value;
  }
  return nodes;
}

}  // namespace skep::plan
