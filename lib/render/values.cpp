#include "render/values.hpp"

#include "base/units.hpp"
#include "render/fill.hpp"
#include "yaml/cast.hpp"
#include "yaml/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace skep::render {
namespace {

using yaml::Node;

constexpr std::size_t kLongestHostname = 253;

bool is_hostname(const std::string& text) {
  return !text.empty() && text.size() <= kLongestHostname && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.' || c == '_';
         });
}

/// A path of a URL that can stand in a gateway's rule.
bool is_path(const std::string& text) {
  return text.starts_with('/') && text.find_first_of(" \t\n\r`\"'()|&") == std::string::npos;
}

/// The text as it is written: a version `1.10` is no number here.
std::optional<Node> as_text(const Node& value) {
  if (!value.is_scalar() || value.is_null()) return std::nullopt;
  if (value.is_string()) return value;
  return Node::string(value.text()).at(value.place());
}

std::string wanted(const std::vector<ValueType>& types) {
  std::string text;
  for (const auto type : types) text += (text.empty() ? "" : " or ") + std::string(name(type));
  return text;
}

void wrong_type(const Parameter& parameter, const Node& value, Diagnostics& diagnostics) {
  const bool shown = value.is_string() && parameter.types.size() == 1;
  const std::string is = shown ? fmt::format("\"{}\" is not", value.text())
                               : std::string(with_article(value.type())) + " is not";
  diagnostics.error(value.loc(), yaml::join_path("values", parameter.name),
                    fmt::format("{} {}", is, wanted(parameter.types)), parameter.help);
}

}  // namespace

bool truthy(const Node& value) {
  if (value.is_null()) return false;
  if (value.type() == yaml::Type::boolean) return value.as_boolean();
  if (value.is_string()) return !value.text().empty();
  return value.is_scalar() || value.size() > 0;
}

Node part_of(const Node& value, const std::string& path) {
  if (path.empty()) return value;
  const std::size_t dot = std::min(path.find('.'), path.size());
  const std::string key = path.substr(0, dot);
  const std::string rest = dot == path.size() ? "" : path.substr(dot + 1);
  if (const Node* below = value.find(key)) return part_of(*below, rest);
  std::size_t index = 0;
  const char* end = key.data() + key.size();
  const auto [stop, error] = std::from_chars(key.data(), end, index);
  const bool number = error == std::errc() && stop == end;
  if (number && index < value.items().size()) return part_of(value.items()[index], rest);
  return Node();
}

std::optional<Node> accept(const Node& value, ValueType type) {
  const auto text = as_text(value);
  switch (type) {
    case ValueType::string:
      return text;
    case ValueType::integer:
      if (const auto number = yaml::to_integer(value))
        return Node::integer(*number).at(value.place());
      return std::nullopt;
    case ValueType::number:
      if (value.type() == yaml::Type::integer) return value;
      if (const auto number = yaml::to_floating(value))
        return Node::floating(*number).at(value.place());
      return std::nullopt;
    case ValueType::boolean:
      if (const auto yes = yaml::to_boolean(value)) return Node::boolean(*yes).at(value.place());
      return std::nullopt;
    case ValueType::list:
      return value.is_list() ? std::optional(value) : std::nullopt;
    case ValueType::map:
      return value.is_map() ? std::optional(value) : std::nullopt;
    case ValueType::duration:
      return text && parse_duration(text->text()) ? text : std::nullopt;
    case ValueType::hostname:
      return text && is_hostname(text->text()) ? text : std::nullopt;
    case ValueType::path:
      return text && is_path(text->text()) ? text : std::nullopt;
  }
  return std::nullopt;
}

Values::Values(const Template& source, const Inputs& inputs, Diagnostics& diagnostics) {
  values_["stack"] = Node::string(inputs.builtins.stack);
  values_["base_stack"] = Node::string(inputs.builtins.base_stack);
  values_["environment.name"] = Node::string(inputs.builtins.environment);
  values_["dockerfile.healthcheck"] = Node::boolean(inputs.builtins.dockerfile_healthcheck);
  std::vector<std::string> known;
  for (const auto& parameter : source.parameters) known.push_back(parameter.name);
  for (const auto& entry : inputs.values.entries()) {
    if (source.find(entry.key) != nullptr) continue;
    const std::string near = nearest(entry.key, known);
    diagnostics.error(
        entry.key_loc(), yaml::join_path("values", entry.key),
        fmt::format("the template {} has no parameter \"{}\"", source.name, entry.key),
        near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
  }
  take(source, inputs, diagnostics);
  require(source, inputs.values, diagnostics);
}

void Values::take(const Template& source, const Inputs& inputs, Diagnostics& diagnostics) {
  for (const auto& parameter : source.parameters) {
    const Node* given = inputs.values.find(parameter.name);
    Node& value = values_[parameter.name];
    if (given == nullptr || given->is_null()) {
      value = by_default(parameter);
      continue;
    }
    if (parameter.takes_none && given->is_string() && given->text() == "none") {
      values_[parameter.name + ".none"] = Node::boolean(true);
      continue;
    }
    bool taken = false;
    for (const auto type : parameter.types) {
      const auto fits = taken ? std::nullopt : accept(*given, type);
      if (!fits) continue;
      value = *fits;
      taken = true;
    }
    if (taken) continue;
    wrong_type(parameter, *given, diagnostics);
    value = *given;  // said once; what follows from it is not
  }
}

Node Values::by_default(const Parameter& parameter) const {
  if (!parameter.default_value) return Node();
  // What a default names was declared before it (load checks that), so it has its value by now.
  return fill_tags(*parameter.default_value,
                   [&](const std::string& name) { return find(name).value_or(Node()); });
}

void Values::require(const Template& source, const Node& given, Diagnostics& diagnostics) const {
  for (const auto& parameter : source.parameters) {
    const bool none = values_.contains(parameter.name + ".none");
    if (none || !values_.at(parameter.name).is_null()) continue;
    const std::string path = yaml::join_path("values", parameter.name);
    const bool excused =
        std::any_of(parameter.unless.begin(), parameter.unless.end(),
                    [&](const std::string& name) { return truthy(find(name).value_or(Node())); });
    if (excused) continue;
    if (parameter.required) {
      std::string hint = parameter.help;
      if (parameter.takes_none) hint += "; or say none";
      diagnostics.error(given.loc(), path, fmt::format("the template {} needs it", source.name),
                        hint);
    } else if (!parameter.advice.empty()) {
      diagnostics.notice(given.loc(), path, parameter.advice, parameter.help);
    }
  }
}

std::optional<Node> Values::find(const std::string& name) const {
  if (const auto exact = values_.find(name); exact != values_.end()) return exact->second;
  const std::size_t dot = name.find('.');
  const auto first = values_.find(name.substr(0, dot));
  if (first == values_.end() || dot == std::string::npos) return std::nullopt;
  return part_of(first->second, name.substr(dot + 1));
}

std::vector<std::string> Values::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : values_) names.push_back(name);
  return names;
}

}  // namespace skep::render
