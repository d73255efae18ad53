#pragma once
// What differs between two specs.
#include "swarm/spec.hpp"

#include <string>
#include <vector>

namespace skep::swarm {

/// One field that differs. `old_value` / `new_value` are JSON text, "" when absent; secret values
/// are shown as "***".
struct FieldChange {
  std::string path;  // "TaskTemplate.ContainerSpec.Env[MONGODB_URI]"
  std::string old_value;
  std::string new_value;
  bool operator==(const FieldChange&) const = default;
};
/// All fields that differ between two canonical specs, sorted by path; redacted.
std::vector<FieldChange> diff(const Spec& live, const Spec& desired);
/// Whether going from one to the other restarts tasks: TaskTemplate (without Placement constraints
/// that still fit) or EndpointSpec differ (swarmkit manager/orchestrator/task.go IsTaskDirty).
bool restarts_tasks(const Spec& live, const Spec& desired);

}  // namespace skep::swarm
