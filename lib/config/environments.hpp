#pragma once
// `environments:` of skep.yml: lays one over the rest, and checks what two of them must not share.
// For lib/config only.
#include "base/diagnostics.hpp"
#include "yaml/document.hpp"
#include "yaml/interpolate.hpp"

#include <string>

namespace skep::config {

/// The tree without `environments`, with the named one ("" for none) laid over it: maps merge,
/// lists and mongodb.users are replaced whole, null removes; the stack is called STACK-ENVIRONMENT
/// unless the environment names it. Throws Error{usage} when there is no such environment.
yaml::Node with_environment(const yaml::Node& root, const std::string& environment);

/// The stack's name before an environment changes it.
std::string base_stack_of(const yaml::Node& root, const yaml::Lookup& lookup);

/// Each environment must have checks and, if it uses a database, users of its own. No two may share
/// a stack's name, a database or a user, unless each is pinned to its own swarm.
void check_environments(const yaml::Node& root, const std::string& folder,
                        const yaml::Lookup& lookup, Diagnostics& diagnostics);

}  // namespace skep::config
