#pragma once
// The one table of Compose keys. It drives the messages about unknown keys, wrong types, keys that
// Swarm cannot do and keys that are ignored, `--strict`, the long form, how files are merged, which
// values are paths, the coverage table and the documentation. How to add a key: CONTRIBUTING.md,
// "A Compose key".
#include "stack/key_columns.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace skep::stack {

/// The columns of a row that most rows leave out.
struct Traits {
  Status status = Status::converted;
  /// Why, or what to write instead.
  std::string_view hint = {};
  /// The values allowed, "a|b"; with a leading `~` in any case.
  std::string_view values = {};
  /// Other words for them, "never=none|no=none".
  std::string_view meant = {};
  /// What Swarm does anyway, "a|b": to ask for it of a key that is left out is to ask for nothing.
  std::string_view anyway = {};
  /// The first version of docker's schema that has the key; kComposeOnly: none has; "": it came
  /// with what it stands in.
  std::string_view since = {};
  LongForm long_form = LongForm::by_form;
  Merge merge = Merge::by_form;
  Names names = Names::nothing;
  ValueCheck check = ValueCheck::nothing;
  DockerReading docker = {};
};

struct Key : Traits {
  /// "services.*.ports.[].target": `*` is any key, `[]` any item of a list.
  std::string_view path;
  Form form;

  constexpr Key(std::string_view key_path, Form key_form, Traits traits = {})
      : Traits(traits), path(key_path), form(key_form) {}
};

/// Why `type: image` is left out.
inline constexpr std::string_view kNoImages =
    "Swarm has no mounts of images; copy the files into the service's own image";
inline constexpr std::string_view kComposeOnly = "compose";
/// docker's newest schema, which a file without a version has.
inline constexpr std::string_view kNewestVersion = "3.13";

/// Every row: top level and objects, services, deploy; `since` is filled in.
const std::vector<Key>& all_keys();
std::vector<Key> object_keys();
std::vector<Key> service_keys();
std::vector<Key> deploy_keys();

/// The rows as a tree, for walking beside a document.
struct KeyTree {
  Key key{"", Form::map};
  std::map<std::string_view, KeyTree> children;  // "*" and "[]" among them

  /// The row of a key below this one, or nullptr.
  const KeyTree* child(std::string_view name) const;
  const KeyTree* item() const;
  /// The names allowed here, without `*`.
  std::vector<std::string> names() const;
};
const KeyTree& key_tree();

/// "a|b" → {"a", "b"}; none of "".
std::vector<std::string_view> alternatives(std::string_view column);
/// Of the column `values`.
std::vector<std::string> allowed_values(const Key& key);

}  // namespace skep::stack
