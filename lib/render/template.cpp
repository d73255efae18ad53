#include "render/template.hpp"

#include "base/files.hpp"
#include "embedded.hpp"
#include "yaml/read.hpp"
#include "yaml/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace skep::render {
namespace {

using yaml::Node;
using yaml::Reader;

struct TypeName {
  ValueType type;
  const char* word;
  const char* article;
};

constexpr std::array kTypes = {
    TypeName{ValueType::string, "string", "a string"},
    TypeName{ValueType::integer, "integer", "an integer"},
    TypeName{ValueType::number, "number", "a number"},
    TypeName{ValueType::boolean, "boolean", "a boolean"},
    TypeName{ValueType::list, "list", "a list"},
    TypeName{ValueType::map, "map", "a map"},
    TypeName{ValueType::duration, "duration", "a duration"},
    TypeName{ValueType::hostname, "hostname", "a host name"},
    TypeName{ValueType::path, "path", "a path"},
};

void check_keys(const Node& map, const std::string& path, const std::vector<std::string>& known,
                Diagnostics& diagnostics) {
  for (const auto& entry : map.entries()) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    const std::string near = nearest(entry.key, known);
    diagnostics.error(entry.key_loc(), yaml::join_path(path, entry.key),
                      fmt::format("unknown key \"{}\"", entry.key),
                      near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
  }
}

std::vector<ValueType> read_types(const Reader& reader) {
  std::vector<ValueType> types;
  for (const auto& word : reader.texts("type")) {
    const auto found = std::find_if(kTypes.begin(), kTypes.end(),
                                    [&](const TypeName& one) { return one.word == word; });
    if (found == kTypes.end()) {
      reader.error("type", fmt::format("\"{}\" is no type", word),
                   "string, integer, number, boolean, list, map, duration, hostname or path");
    } else {
      types.push_back(found->type);
    }
  }
  if (reader.find("type") == nullptr) reader.error("type", "is missing");
  return types;
}

Parameter read_parameter(const yaml::Entry& entry, Diagnostics& diagnostics) {
  const std::string path = yaml::join_path("parameters", entry.key);
  const Reader reader(entry.value, path, diagnostics);
  check_keys(entry.value, path, {"type", "default", "required", "advice", "unless", "none", "help"},
             diagnostics);
  Parameter parameter;
  parameter.name = entry.key;
  parameter.loc = entry.key_loc();
  parameter.types = read_types(reader);
  if (const Node* value = reader.find("default")) parameter.default_value = *value;
  parameter.required = reader.boolean("required").value_or(false);
  parameter.unless = reader.texts("unless");
  parameter.takes_none = reader.boolean("none").value_or(false);
  parameter.advice = reader.text("advice").value_or("");
  parameter.help = reader.required_text("help", "what the parameter is for");
  if (parameter.required && parameter.default_value) {
    reader.error("required", "a parameter with a default is never missing");
  }
  return parameter;
}

Template make_template(const std::string& name, const std::string& shown_as,
                       const std::string& description, std::string text) {
  Diagnostics diagnostics;
  const std::string file = shown_as + "/template.yml";
  const yaml::Document document = yaml::read(description, file, diagnostics);
  const Reader reader(document.root, "", diagnostics);
  check_keys(document.root, "", {"description", "parameters"}, diagnostics);
  Template result;
  result.name = name;
  result.file = shown_as + "/stack.yml";
  result.text = std::move(text);
  result.description = reader.required_text("description", "one line that says what it is for");
  if (const Node* parameters = reader.find("parameters")) {
    const Reader is_map(*parameters, "parameters", diagnostics);
    for (const auto& entry : parameters->entries()) {
      result.parameters.push_back(read_parameter(entry, diagnostics));
    }
  }
  diagnostics.throw_if_errors("template " + name);
  return result;
}

std::optional<std::string> embedded(const std::string& path) {
  for (const auto& file : embedded_templates()) {
    if (file.path == path) return std::string(file.text);
  }
  return std::nullopt;
}

std::vector<std::string> builtin_names() {
  constexpr std::string_view kFile = "/template.yml";
  std::vector<std::string> names;
  for (const auto& file : embedded_templates()) {
    if (!file.path.ends_with(kFile)) continue;
    names.emplace_back(file.path.substr(0, file.path.size() - kFile.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

const char* name(ValueType type) {
  for (const auto& one : kTypes) {
    if (one.type == type) return one.article;
  }
  return "";
}

const Parameter* Template::find(const std::string& parameter) const {
  for (const auto& one : parameters) {
    if (one.name == parameter) return &one;
  }
  return nullptr;
}

std::vector<Summary> builtin_templates() {
  std::vector<Summary> result;
  for (const auto& one : builtin_names()) result.push_back({one, load_builtin(one).description});
  return result;
}

Template load_builtin(const std::string& name) {
  const auto description = embedded(name + "/template.yml");
  const auto text = embedded(name + "/stack.yml");
  if (description && text) return make_template(name, name, *description, *text);
  const std::string near = nearest(name, builtin_names());
  throw Error(Kind::input, fmt::format("there is no template \"{}\"", name),
              near.empty() ? "skep template list shows them; a folder is written with a /"
                           : fmt::format("did you mean \"{}\"?", near));
}

Template load_folder(const std::string& path, const std::string& shown_as) {
  const std::string description = read_file(path + "/template.yml");
  return make_template(shown_as, shown_as, description, read_file(path + "/stack.yml"));
}

Template load(const std::string& name, const std::string& base) {
  const bool folder = name.find('/') != std::string::npos || name.starts_with('.');
  return folder ? load_folder(absolute_path(base, name), name) : load_builtin(name);
}

}  // namespace skep::render
