#include "stack/docker_forms.hpp"

#include "yaml/typing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace skep::stack {

std::string json_identity(const yaml::Node& node) {
  if (node.is_string()) return fmt::format("\"{}\"", node.text());
  if (node.is_scalar()) return yaml::plain_text(node);
  std::vector<std::string> parts;
  for (const auto& item : node.items()) parts.push_back(json_identity(item));
  for (const auto& entry : node.entries())
    parts.push_back(fmt::format("\"{}\": {}", entry.key, json_identity(entry.value)));
  if (node.is_map()) std::sort(parts.begin(), parts.end());
  return fmt::format("{} {}", node.is_map() ? "map" : "list", fmt::join(parts, ", "));
}

std::string as_go_prints(const yaml::Node& value) {
  const std::string text = yaml::plain_text(value);
  if (value.type() == yaml::Type::integer) return fmt::format("%!s(int={})", text);
  if (value.type() == yaml::Type::floating) return fmt::format("%!s(float64={})", text);
  return text;
}

}  // namespace skep::stack
