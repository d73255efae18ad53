#pragma once
// A template: a folder with template.yml (a line of description; every parameter with type, default
// and help) and stack.yml (a Compose file with tags in [[ ]]). Built-in ones are compiled into the
// program.
#include "base/diagnostics.hpp"
#include "yaml/document.hpp"

#include <optional>
#include <string>
#include <vector>

namespace skep::render {

/// What a parameter takes. A string takes any scalar, as it is written.
enum class ValueType { string, integer, number, boolean, list, map, duration, hostname, path };

const char* name(ValueType type);

struct Parameter {
  std::string name;
  std::vector<ValueType> types;  // any of them
  /// The default. Tags of earlier parameters and of built-in values are replaced in its strings.
  std::optional<yaml::Node> default_value;
  bool required = false;
  std::string advice;  // shown as a notice when it is left out
  std::vector<std::string>
      unless;  // parameters; if one of them is true, this one is neither required nor advised
  bool takes_none = false;  // "none" means that it is left out on purpose
  std::string help;
  SourceLoc loc;
  bool operator==(const Parameter&) const = default;
};

struct Template {
  std::string name;
  std::string description;
  std::vector<Parameter> parameters;
  std::string text;  // of stack.yml
  std::string file;  // how messages name it: "web/stack.yml"
  bool operator==(const Template&) const = default;

  const Parameter* find(const std::string& parameter) const;
};

struct Summary {
  std::string name;
  std::string description;
  bool operator==(const Summary&) const = default;
};

/// The built-in templates, by name.
std::vector<Summary> builtin_templates();

/// Throws Error{input}, with the nearest name as a hint, when there is no such template.
Template load_builtin(const std::string& name);

/// A template of the user's own. `shown_as` names the folder in messages. Mistakes in template.yml
/// are Error{input} with all of them.
Template load_folder(const std::string& path, const std::string& shown_as);

/// `name` as skep.yml has it: a built-in template's name, or (with a "/" or a leading ".") a folder
/// below `base`.
Template load(const std::string& name, const std::string& base);

}  // namespace skep::render
