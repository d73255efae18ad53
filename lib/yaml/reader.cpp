#include "yaml/reader.hpp"

#include "base/units.hpp"
#include "yaml/cast.hpp"

#include <fmt/format.h>

namespace skep::yaml {
namespace {

/// A scalar as it is written; nullopt for a null, a list or a map.
std::optional<std::string> written(const Node& node) {
  if (node.is_null() || !node.is_scalar()) return std::nullopt;
  return node.text();
}

}  // namespace

std::string must_be(const char* wanted, const Node& node) {
  return fmt::format("must be {}, not {}", wanted, with_article(node.type()));
}

Reader::Reader(const Node& node, std::string path, Diagnostics& diagnostics)
    : node_(node), path_(std::move(path)), diagnostics_(diagnostics) {
  if (node.is_map() || node.is_null()) return;
  no_map_ = true;
  diagnostics.error(node.loc(), path_, must_be("a map", node));
}

const Node* Reader::find(std::string_view key) const {
  const Node* value = node_.find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

SourceLoc Reader::loc(std::string_view key) const {
  const Node* value = node_.find(key);
  return value == nullptr ? node_.loc() : value->loc();
}

std::string Reader::path(std::string_view key) const {
  return join_path(path_, std::string(key));
}

void Reader::error(std::string_view key, const std::string& message,
                   const std::string& hint) const {
  if (no_map_) return;
  diagnostics_.error(loc(key), path(key), message, hint);
}

std::optional<std::string> Reader::text(std::string_view key) const {
  const Node* value = find(key);
  if (value == nullptr) return std::nullopt;
  auto result = written(*value);
  if (!result) error(key, must_be("a string", *value));
  return result;
}

std::string Reader::required_text(std::string_view key, const std::string& hint) const {
  if (find(key) == nullptr) {
    error(key, "is missing", hint);
    return "";
  }
  const auto value = text(key);
  if (value && value->empty()) error(key, "must not be empty", hint);
  return value.value_or("");
}

std::optional<std::int64_t> Reader::integer(std::string_view key, std::int64_t least,
                                            std::int64_t most) const {
  const Node* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto number = to_integer(*value);
  if (!number) {
    error(key, must_be("an integer", *value));
    return std::nullopt;
  }
  if (*number < least || *number > most) {
    error(key, fmt::format("{} is out of range", *number),
          fmt::format("from {} to {}", least, most));
    return std::nullopt;
  }
  return number;
}

std::optional<bool> Reader::boolean(std::string_view key) const {
  const Node* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto result = to_boolean(*value);
  if (!result) error(key, must_be("true or false", *value));
  return result;
}

std::optional<Duration> Reader::duration(std::string_view key) const {
  const auto value = text(key);
  if (!value) return std::nullopt;
  const auto result = parse_duration(*value);
  if (result && *result > Duration(0)) return result;
  error(key, fmt::format("\"{}\" is no duration", *value), "write it like 5s, 1m30s or 500ms");
  return std::nullopt;
}

std::vector<std::string> Reader::texts(std::string_view key) const {
  const Node* value = find(key);
  if (value == nullptr) return {};
  if (const auto one = written(*value)) return {*one};
  std::vector<std::string> result;
  if (!value->is_list()) error(key, must_be("a list", *value));
  for (std::size_t i = 0; i < value->items().size(); ++i) {
    const Node& item = value->items()[i];
    if (auto one = written(item)) {
      result.push_back(std::move(*one));
    } else {
      diagnostics_.error(item.loc(), join_path(path(key), i), must_be("a string", item));
    }
  }
  return result;
}

std::vector<std::pair<std::string, std::string>> Reader::pairs(std::string_view key) const {
  const Node* value = find(key);
  if (value == nullptr) return {};
  std::vector<std::pair<std::string, std::string>> result;
  if (!value->is_map()) error(key, must_be("a map", *value));
  for (const auto& entry : value->entries()) {
    if (auto one = written(entry.value)) {
      result.emplace_back(entry.key, std::move(*one));
    } else {
      diagnostics_.error(entry.value.loc(), join_path(path(key), entry.key),
                         must_be("a string", entry.value));
    }
  }
  return result;
}

std::vector<const Node*> Reader::maps(std::string_view key) const {
  const Node* value = find(key);
  if (value == nullptr) return {};
  std::vector<const Node*> result;
  if (value->is_map()) {
    result.push_back(value);
  } else if (!value->is_list()) {
    error(key, must_be("a list", *value));
  }
  for (const auto& item : value->items()) result.push_back(&item);
  return result;
}

}  // namespace skep::yaml
