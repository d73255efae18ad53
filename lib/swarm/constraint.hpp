#pragma once
// Placement constraints.
#include "swarm/snapshot.hpp"

#include <string>

namespace skep::swarm {

/// Whether a node satisfies a constraint "node.labels.usage == apps" (swarmkit manager/constraint):
/// node.id, node.hostname, node.role, node.platform.os|arch, node.ip (CIDR), node.labels.*,
/// engine.labels.*; == and !=; values are compared without case. Throws Error{input} when it is not
/// a constraint.
bool satisfies(const Node& node, const std::string& constraint);
/// Why the text is not a constraint; "" when it is one.
std::string wrong_with_constraint(const std::string& constraint);
/// What to write instead.
inline constexpr const char* kConstraintHint = "write it as \"node.labels.usage == apps\"";

}  // namespace skep::swarm
