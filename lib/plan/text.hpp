#pragma once
// How a changed field is shown, in the text and the JSON of plans and of drift.
#include "base/json.hpp"
#include "swarm/diff.hpp"

#include <string>

namespace skep::plan {

/// A value as people read it: JSON text, cut when it is long; "(absent)" for null.
std::string readable(const Json& value);
/// {path, old, new}; null stands for absent.
Json change_json(const swarm::FieldChange& change);

}  // namespace skep::plan
