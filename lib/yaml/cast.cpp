#include "yaml/cast.hpp"

#include <algorithm>
#include <charconv>

namespace skep::yaml {
namespace {

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number value{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || rest != end) return std::nullopt;
  return value;
}

bool castable(const Node& node, Casts casts) {
  const bool meant = casts == Casts::all || (casts == Casts::interpolated && node.interpolated());
  return node.is_string() && meant;
}

}  // namespace

std::optional<std::int64_t> to_integer(const Node& node, Casts casts) {
  if (node.type() == Type::integer) return node.as_integer();
  if (castable(node, casts)) return whole_number<std::int64_t>(node.text());
  return std::nullopt;
}

std::optional<double> to_floating(const Node& node, Casts casts) {
  if (node.type() == Type::integer || node.type() == Type::floating) return node.as_floating();
  if (castable(node, casts)) return whole_number<double>(node.text());
  return std::nullopt;
}

std::optional<bool> to_boolean(const Node& node, Casts casts) {
  if (node.type() == Type::boolean) return node.as_boolean();
  if (!castable(node, casts)) return std::nullopt;
  std::string text = node.text();
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (text == "true" || text == "y" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "n" || text == "no" || text == "off") return false;
  return std::nullopt;
}

}  // namespace skep::yaml
