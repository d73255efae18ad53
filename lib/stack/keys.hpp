#pragma once
// The one table of Compose keys: it drives unknown keys and "did you mean", wrong types, what Swarm
// cannot do, what is ignored, `--strict`, the coverage table and the documentation. A new key is a
// row here, a line in its family's reader and one in its family's file of `convert`.
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace skep::stack {

/// What may stand there. The readers turn it into values.
enum class Form {
  any,  // x-*, and what is not looked at
  text,
  text_or_null,
  text_or_number,  // a string where others write a number: cpus, published, uid
  integer,
  integer_or_live,  // `live` is skep's own: as docker reads it, an integer alone
  number,
  boolean,
  duration,  // "1m30s"
  size,      // "64m", or an integer: bytes
  command,   // a string that is split as a shell would, a list of strings, or nothing
  text_or_list,
  list_of_text,
  list_of_text_or_number,
  pairs,    // a list of A=B, or a map
  hosts,    // the same, and a value of the map may be a list of strings
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
  converted,   // arrives in a spec
  impossible,  // Swarm cannot do it: one warning for all of them
  ignored,     // does nothing on Swarm and harms nobody: one notice for all of them
  refused,     // an error: without it something else would come out
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
  /// Not empty: docker drops it, and so does a file that is read as docker reads it. Says how.
  std::string_view docker_drops = {};
  /// The first version of docker's schema that has the key; kComposeOnly: none has.
  std::string_view since = "3.0";
};

inline constexpr std::string_view kComposeOnly = "compose";
/// docker's newest schema: what a file without a version means.
inline constexpr std::string_view kNewestVersion = "3.13";

/// Every row: top level and objects, services, deploy; `since` is filled in.
std::vector<Key> all_keys();
/// By path, the rows that came after their parent did.
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
