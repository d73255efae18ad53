#pragma once
// The one table of paths of a ServiceSpec (Engine API, POST /services/create) that skep owns.
// Canonical form, comparison, the merge before an update, redaction and "does this restart tasks"
// are all walks over it. A path that is not in it is kept as it is and never counts as a
// difference.
#include "base/json.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace skep::swarm {

enum class FieldKind {
  value,  // a scalar, or a list whose order counts: compared as a whole
  set,  // a list of scalars or small objects whose order means nothing: compared as a whole, sorted
  env,  // a list of "NAME=value", each name once
  map,  // string → string; an empty value counts
  object,  // fields of its own
  list,    // a list of objects, each known by its key; order means nothing
};

/// What an absent value means to the engine.
enum class Fallback {
  none,    // nothing: absent (or null) differs from every value
  empty,   // false, 0, "" and [] are the same as absent
  text,    // Field::text, and ""
  number,  // Field::number
};

/// What a change of the field does to running tasks (swarmkit manager/orchestrator/task.go
/// IsTaskDirty).
enum class Effect {
  none,       // tasks stay
  placement,  // tasks stay where their node still fits
  restarts,   // tasks are replaced
};

enum class Special {
  nothing,
  network,        // an id or a name of a network; canonical: the name
  config,         // an id or a name of a config; canonical: the name
  ignored,        // never compared: an id beside a name, or a field that the engine drops
  mode,           // counts are filled in, never left out
  update_config,  // Parallelism: absent section means 1, absent field means 0 (no limit)
  publish_mode,   // "host" in any case; anything else means "ingress"
};

/// The name of a list's element, "" when it has none.
using KeyOf = std::string (*)(const Json& element);

struct Field {
  std::string_view name;
  FieldKind kind = FieldKind::value;
  Fallback fallback = Fallback::none;
  std::string_view text = {};
  std::int64_t number = 0;
  std::span<const Field> fields = {};  // of an object, or of each element of a list
  KeyOf key = nullptr;
  Effect effect = Effect::none;  // that of the outermost field that has one
  Special special = Special::nothing;
  bool keep_empty = false;  // an empty object counts ("Global": {})
  unsigned since = 0;  // the first Engine release that knows the field; older ones drop it silently
  bool guards = false;  // it protects: skep refuses to release to an engine that would drop it
};

/// The fields of a ServiceSpec.
std::span<const Field> service_spec_fields();

/// The field of that name; nullptr: the table does not know it.
const Field* find_field(std::span<const Field> fields, std::string_view name);

/// The name in an element of Env: "A" of "A=1" and of "A".
std::string env_name(const std::string& entry);

}  // namespace skep::swarm
