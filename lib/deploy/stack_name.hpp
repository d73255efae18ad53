#pragma once
// The stack's name for verbs that need no Compose text.
#include "deploy/deps.hpp"
#include "project/options.hpp"

#include <string>

namespace skep::deploy {

/// The stack of a verb that needs no Compose text: as given, else the project's. Throws
/// Error{usage, input}, and Error{preflight} when the project is pinned to another swarm.
std::string stack_name(Deps& deps, const project::Options& options);

/// Throws Error{preflight} when a project that is pinned by `swarm:` meets another cluster.
void require_swarm(const std::string& pinned, const std::string& cluster);

}  // namespace skep::deploy
