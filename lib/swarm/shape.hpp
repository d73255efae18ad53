#pragma once
// Whether a document has the shape of a ServiceSpec, so that whoever reads it later need not ask.
#include "base/json.hpp"

#include <string>

namespace skep::swarm {

/// "" when each field of the table (swarm/paths.hpp) that is there has the form that the Engine API
/// gives it, and each reference to a network, secret or config names one; else the first that has
/// not: "TaskTemplate.Networks is no list of objects". Null is as absent.
std::string misshapen(const Json& spec);

/// Throws Error{rejected} "service "web": TaskTemplate.Networks is no list of objects" for what
/// misshapen() names. `whose`: "service "web"".
void require_shape(const Json& spec, const std::string& whose);

/// Without members that are null, at every depth: what they mean is the same as none, and whoever
/// changes the document need not ask.
Json without_nulls(Json value);

}  // namespace skep::swarm
