#pragma once
// The canonical form of a spec, and of a part of it.
#include "base/json.hpp"
#include "swarm/paths.hpp"
#include "swarm/spec.hpp"

#include <span>
#include <string>
#include <vector>

namespace skep::swarm {

/// The canonical form: ids are replaced by names (Names), the engine's defaults and empty values
/// are left out, unordered lists are sorted, and fields that only the engine writes are gone
/// (ForceUpdate stays). Idempotent. Source of each default: the table in swarm/paths.hpp.
Spec canonical(const Spec& spec, const Names& names = {});

/// Removes what an engine of that release (20, 28, …) would silently drop: else the spec would
/// differ for ever.
struct Fitted {
  Spec spec;
  std::vector<std::string> dropped;  // "TaskTemplate.ContainerSpec.OomScoreAdj needs Engine 27"
};
Fitted without_newer_fields(const Spec& spec, unsigned engine);

/// A field of a spec that protects, and the first Engine release that knows it.
struct Guard {
  std::string path;  // "TaskTemplate.ContainerSpec.Privileges.Seccomp"
  unsigned since = 0;
  bool operator==(const Guard&) const = default;
};
std::vector<Guard> guards(const Spec& spec);

/// The canonical form of one field's value; null when it is the engine's default.
Json canonical_value(const Field& field, const Json& value, const Names& names);
/// The same for an object of the given fields. Fields that the table does not know stay.
Json canonical_fields(std::span<const Field> fields, const Json& object, const Names& names);
/// Whether the object exists and is empty.
bool is_empty(const Json& value);

}  // namespace skep::swarm
