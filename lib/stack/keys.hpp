#pragma once
// The one table of Compose keys. It drives the messages about unknown keys, wrong types, keys that
// Swarm cannot do and keys that are ignored, `--strict`, the coverage table and the documentation.
// How to add a key: CONTRIBUTING.md, "A Compose key".
#include <map>
#include <string>
#include <string_view>
#include <vector>

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

struct Key {
  /// "services.*.ports.[].target": `*` is any key, `[]` any item of a list.
  std::string_view path;
  Form form;
  Status status = Status::converted;
  /// Why, or what to write instead.
  std::string_view hint = {};
  /// The values allowed, "a|b"; with a leading `~` in any case.
  std::string_view values = {};
  /// Not empty: docker drops the key, and so does skep when it reads as docker reads. Says how.
  std::string_view docker_drops = {};
  /// The first version of docker's schema that has the key; kComposeOnly when none has.
  std::string_view since = "3.0";
};

/// Why `type: image` is left out.
inline constexpr std::string_view kNoImages =
    "Swarm has no mounts of images; copy the files into the service's own image";
inline constexpr std::string_view kComposeOnly = "compose";
/// docker's newest schema, which a file without a version has.
inline constexpr std::string_view kNewestVersion = "3.13";

/// Every row: top level and objects, services, deploy; `since` is filled in.
std::vector<Key> all_keys();
/// Versions of the rows that came later than their parents, by path.
const std::map<std::string_view, std::string_view>& keys_since();
std::vector<Key> object_keys();
std::vector<Key> service_keys();
std::vector<Key> deploy_keys();

/// The rows as a tree, for walking beside a document.
struct KeyTree {
  Key key{"", Form::map};
  std::map<std::string, KeyTree, std::less<>> children;  // "*" and "[]" among them

  /// The row of a key below this one, or nullptr.
  const KeyTree* child(std::string_view name) const;
  const KeyTree* item() const;
  /// The names allowed here, without `*`.
  std::vector<std::string> names() const;
};
KeyTree key_tree(const std::vector<Key>& keys);

/// "a|b" → {"a", "b"}
std::vector<std::string> allowed_values(const Key& key);
/// "a string or a list of strings"
std::string_view words(Form form);

}  // namespace skep::stack
