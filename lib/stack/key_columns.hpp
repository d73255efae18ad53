#pragma once
// What a row of the table of Compose keys says of a key, column by column. A new value of a column
// is a line here; the compiler lists the places that must know it.
#include <cstdint>
#include <optional>
#include <string_view>

namespace skep::stack {

/// The form of a value. The readers turn it into values.
enum class Form {
  any,  // x-*, and values that nobody looks at
  text,
  text_or_null,
  text_or_number,  // a string that may be written as a number: cpus, published, uid
  integer,
  integer_or_live,  // `live` is skep's own; read as docker reads it, only an integer
  number,
  boolean,
  duration,  // "1m30s"
  size,      // "64m", or an integer: bytes
  command,   // a string that is split as a shell would, a list of strings, or null
  text_or_list,
  list_of_text,
  list_of_text_or_number,
  pairs,    // a list of A=B, or a map
  hosts,    // the same, but values of the map may be lists of strings
  options,  // a map of strings and numbers
  map,
  map_or_null,
  list,
  text_or_map,
  integer_or_map,
  boolean_or_map,
  list_or_map,
  port,  // an integer, a string or a map
  list_or_text_or_map,
};

enum class Status {
  converted,   // becomes a part of a spec
  impossible,  // Swarm cannot do it: one warning for all its places
  ignored,     // has no effect on Swarm and does no harm: one notice for all its places
  refused,     // an error: without the key the result would be something else
};

/// What canonical() makes of a value, where the form does not say it.
enum class LongForm : std::uint8_t {
  by_form,
  list,       // of one item
  names,      // a list of names is a map of nulls
  variables,  // pairs, of which a name without a value is a null
  hosts,      // "host:address" each
  test,       // a text is one for a shell
  ports,      // a text is a list: of a range, several
  mount,
  context,  // a text is the map's `context`
  service,  // …, `service`
  source,   // …, `source`
  mode,     // an octal text is a number
  number,   // so is any text that spells one
  bytes,    // a size, as a number
  object,   // of a section: `external: {name: X}` is the old form of a name
};

/// How the values of two files become one, where the form does not say it. See MergeRules.
enum class Merge : std::uint8_t {
  by_form,       // maps key by key, lists one behind the other, else the later one
  whole,         // the later list, even an empty one
  test,          // the same, but docker appends
  aliases,       // the same, but the Compose Specification appends
  limit,         // the later limit; in the Compose Specification `soft` and `hard` by themselves
  driver,        // by_form, but another driver has other options
  network,       // by_form, but for docker's losses
  variables,     // a name without a value says nothing where the environment has none
  dependencies,  // maps, as soon as one of them is one
  ports,         // lists whose items are told apart by their port,
  mounts,        // by their target,
  references,    // by their source,
  tmpfs,         // by what stands before the colon
};

/// Which paths stand there. A relative one starts in the folder of its file.
enum class Names : std::uint8_t {
  nothing,
  path,      // one, or a list of them
  folder,    // of a build: one, or a map whose `context` is that folder where it is not said
  profiles,  // in "seccomp=FILE"
  mount,     // the source of a bind mount
};

/// What is said of a single value while keys are checked.
enum class ValueCheck : std::uint8_t {
  nothing,
  version,
  port,    // an address in the short form
  mount,   // options in the short form
  filled,  // "" is none of the values allowed; elsewhere it is as if it were not there
};

/// A list of docker's schema that may hold no value twice (uniqueItems): in every version the same,
/// but for `volumes`, where it slipped into `items` with 3.2.
enum class Once : std::uint8_t { never, always, before_3_2 };
/// Whether docker tells a 0 or a false that was written from nothing: it does where its structs
/// have a pointer.
enum class Zero : std::uint8_t {
  is_nothing,
  is_shown,  // in its output, not in its merge
  counts,
};

/// How docker reads it, where that is not as skep does: its schema, its decoder and its casts
/// (docker/cli cli/compose/schema/data, cli/compose/types, cli/compose/loader/interpolate.go).
struct DockerReading {
  /// What its schema wants.
  std::optional<Form> form = {};
  /// It turns a variable's text into this number or boolean; elsewhere a text stays one.
  bool casts = false;
  Once once = Once::never;
  Zero zero = Zero::is_nothing;
  /// Its output leaves the map out when it is empty (`omitempty` of what is no pointer).
  bool empty_is_left_out = false;
  /// A key below that its schema does not name is dropped, not refused.
  bool open = false;
  /// The version from which on it takes keys that begin with x- below; "": never.
  std::string_view x_keys = {};
  /// It takes any text, not only `values`.
  bool any_value = false;
  /// Not empty: it drops the key, and so does a file that is read as docker reads it. Says how.
  std::string_view drops = {};
};

/// "a string or a list of strings"
std::string_view words(Form form);

}  // namespace skep::stack
