#pragma once
// What differs between two specs.
#include "swarm/spec.hpp"

#include <string>
#include <vector>

namespace skep::swarm {

/// One field that differs. A value that is absent is null; one that looks secret is "***".
struct FieldChange {
  std::string path;  // "TaskTemplate.ContainerSpec.Env[MONGODB_URI]"
  Json old_value;
  Json new_value;
  bool operator==(const FieldChange&) const = default;

  // The values as JSON text; "" when absent.
  std::string old_text() const;
  std::string new_text() const;
};
/// All fields that differ between two canonical specs, sorted by path; redacted.
std::vector<FieldChange> diff(const Spec& live, const Spec& desired);
/// Whether going from one to the other restarts tasks: TaskTemplate (without Placement constraints
/// that still fit) or EndpointSpec differ (swarmkit manager/orchestrator/task.go IsTaskDirty).
bool restarts_tasks(const Spec& live, const Spec& desired);

}  // namespace skep::swarm
