#pragma once
// Placement constraints, "node.labels.usage == apps", as swarmkit reads them
// (manager/constraint/constraint.go).
#include <string>

namespace skep::swarm {

struct Node;

/// Whether a node satisfies a constraint: node.id, node.hostname, node.role, node.platform.os|arch,
/// node.ip (CIDR), node.labels.*, engine.labels.*; == and !=; values are compared without case.
/// Throws Error{input} when it is not a constraint.
bool satisfies(const Node& node, const std::string& constraint);
/// Why the text is not a constraint; "" when it is one.
std::string wrong_with_constraint(const std::string& constraint);
/// What to write instead.
inline constexpr const char* kConstraintHint = "write it as \"node.labels.usage == apps\"";

}  // namespace skep::swarm
