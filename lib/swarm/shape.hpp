#pragma once
// Checks once that a document has the shape of a ServiceSpec, so that later readers need not.
#include "base/json.hpp"

#include <string>

namespace skep::swarm {

/// "" when each field of the table (swarm/paths.hpp) has the form that the Engine API gives it, and
/// each reference to a network, secret or config names one. Else the first problem:
/// "TaskTemplate.Networks is no list of objects". Null counts as absent.
std::string misshapen(const Json& spec);

/// Throws Error{rejected} "service "web": TaskTemplate.Networks is no list of objects" for what
/// misshapen() names. `whose`: "service "web"".
void require_shape(const Json& spec, const std::string& whose);

/// Removes members that are null, at every depth. They mean the same as absent ones, and code that
/// changes the document then need not check for them.
Json without_nulls(Json value);

}  // namespace skep::swarm
