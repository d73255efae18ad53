#pragma once
// `environments:` of skep.yml: what is laid over the rest, and what two of them must not share. For
// lib/config only.
#include "base/diagnostics.hpp"
#include "yaml/document.hpp"
#include "yaml/interpolate.hpp"

#include <string>

namespace skep::config {

/// The tree without `environments`, with the named one ("" for none) laid over it: maps merge,
/// lists and mongodb.users are replaced whole, null removes; the stack is called STACK-ENVIRONMENT
/// where the environment does not name it. Throws Error{usage} when there is no such environment.
yaml::Node with_environment(const yaml::Node& root, const std::string& environment);

/// The stack's name before an environment changes it.
std::string base_stack_of(const yaml::Node& root, const yaml::Lookup& lookup);

/// Every environment must restate checks and, where it uses a database, its users; no two may share
/// a stack's name, a database or a user, unless each is pinned to a swarm of its own.
void check_environments(const yaml::Node& root, const std::string& folder,
                        const yaml::Lookup& lookup, Diagnostics& diagnostics);

}  // namespace skep::config
