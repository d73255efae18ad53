#pragma once
// How a changed field is shown, in the text and the JSON of plans and of drift.
#include "base/json.hpp"
#include "swarm/diff.hpp"

#include <string>

namespace skep::plan {

/// JSON text as people read it: cut when it is long; "(absent)" for "".
std::string readable(const std::string& json);
/// {path, old, new}; null stands for absent.
Json change_json(const swarm::FieldChange& change);

}  // namespace skep::plan
