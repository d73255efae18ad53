#pragma once
// The canonical form of a part of a spec: what canonical(Spec) does for the whole.
#include "base/json.hpp"
#include "swarm/paths.hpp"
#include "swarm/spec.hpp"

#include <span>

namespace skep::swarm {

/// The canonical form of one field's value; null when it is the engine's default.
Json canonical_value(const Field& field, const Json& value, const Names& names);
/// The same for an object of the given fields. Fields that the table does not know stay.
Json canonical_fields(std::span<const Field> fields, const Json& object, const Names& names);
/// Whether the object exists and is empty.
bool is_empty(const Json& value);

}  // namespace skep::swarm
