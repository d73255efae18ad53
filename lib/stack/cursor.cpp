#include "stack/cursor.hpp"

#include "base/units.hpp"
#include "stack/canonical.hpp"
#include "stack/short_syntax.hpp"
#include "yaml/timestamp.hpp"
#include "yaml/typing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace skep::stack {

std::string text_as_read(const yaml::Node& value, Compat compat) {
  const bool plain = value.is_string() && !value.quoted() && !value.interpolated();
  const bool as_docker = compat == Compat::docker;
  const auto time = as_docker && plain ? yaml::go_time(value.as_string()) : std::nullopt;
  return time ? *time : yaml::plain_text(value);
}

yaml::Casts casts_of(Compat compat) {
  return compat == Compat::none ? yaml::Casts::all : yaml::Casts::interpolated;
}

std::string without_colons(std::string key) {
  while (key.ends_with(':')) key.pop_back();
  return key;
}

std::optional<std::int64_t> whole_number(const yaml::Node& node, yaml::Casts casts) {
  constexpr double kExact = 9007199254740992.0;  // beyond 2^53 a double is no exact integer
  if (node.type() == yaml::Type::floating) {
    const double value = node.as_floating();
    if (std::abs(value) > kExact || std::trunc(value) != value) return std::nullopt;
    return static_cast<std::int64_t>(value);
  }
  return yaml::to_integer(node, casts);
}

std::string Cursor::below(const std::string& key) const {
  return made_ == nullptr ? yaml::join_path(path_, key) : path_;
}

std::string Cursor::below(std::size_t index) const {
  return made_ == nullptr ? yaml::join_path(path_, index) : path_;
}

Cursor Cursor::at(const std::string& key) const {
  const yaml::Entry* entry = is_map() ? node_->find_entry(key) : nullptr;
  if (entry == nullptr) return {*context_, nullptr, below(key), loc(), made_};
  return {*context_, &entry->value, below(key), entry->key_loc(), made_};
}

Cursor Cursor::in(LongForm form) const {
  if (!filled() || !node_->is_scalar()) return *this;
  yaml::Node made = in_long_form(*node_, form, options().compat);
  if (made.is_scalar()) return *this;
  auto owner = std::make_shared<const yaml::Node>(std::move(made));
  return {*context_, owner.get(), path_, key_loc_, owner};
}

std::vector<Cursor> Cursor::items() const {
  std::vector<Cursor> result;
  if (!is_list()) return result;
  for (std::size_t i = 0; i < node_->items().size(); ++i) {
    const auto& item = node_->items()[i];
    result.emplace_back(*context_, &item, below(i), item.loc(), made_);
  }
  return result;
}

std::vector<std::pair<std::string, Cursor>> Cursor::entries() const {
  std::vector<std::pair<std::string, Cursor>> result;
  if (!is_map()) return result;
  for (const auto& entry : node_->entries()) {
    // docker knows names that begin with x-.
    if (entry.key.starts_with("x-") && !as_docker()) continue;
    result.emplace_back(entry.key,
                        Cursor(*context_, &entry.value, below(entry.key), entry.key_loc(), made_));
  }
  return result;
}

void Cursor::error(const std::string& message, const std::string& hint) const {
  context_->problems.error(loc(), path_, message, hint);
}

void Cursor::warning(const std::string& message, const std::string& hint) const {
  context_->problems.warning(loc(), path_, message, hint);
}

void Cursor::engine_refuses(const std::string& message, const std::string& hint) const {
  if (!options().whole) return;
  const auto severity = as_docker() ? Severity::warning : Severity::error;
  context_->problems.add({severity, loc(), path_, message, hint});
}

void Cursor::impossible(const std::string& what, const std::string& why) const {
  context_->impossible.push_back({loc(), path_, what, why});
}

void Cursor::impossible_value(const std::string& why) const {
  const auto dot = path_.rfind('.');
  const std::string owner = dot == std::string::npos ? "" : path_.substr(0, dot);
  const std::string key = dot == std::string::npos ? path_ : path_.substr(dot + 1);
  context_->impossible.push_back({loc(), owner, key + ": " + scalar(), why});
}

std::string Cursor::text() const {
  return is_text() ? node_->as_string() : std::string();
}

std::string Cursor::scalar() const {
  return there() && node_->is_scalar() ? yaml::plain_text(*node_) : std::string();
}

std::optional<bool> Cursor::boolean_if_there() const {
  if (!filled()) return std::nullopt;
  return yaml::to_boolean(*node_, casts_of(options().compat));
}

bool Cursor::boolean() const {
  return boolean_if_there().value_or(false);
}

std::optional<std::int64_t> Cursor::integer() const {
  if (!filled()) return std::nullopt;
  return whole_number(*node_, casts_of(options().compat));
}

std::optional<std::uint64_t> Cursor::count() const {
  return count_to(std::numeric_limits<std::int64_t>::max());
}

std::optional<std::uint64_t> Cursor::count_to(std::uint64_t most) const {
  const auto value = integer();
  if (!value) return std::nullopt;
  if (*value < 0) {
    error(fmt::format("{} is below 0", *value), "write 0 or more");
    return std::nullopt;
  }
  if (static_cast<std::uint64_t>(*value) > most) {
    error(fmt::format("{} is above {}", *value, most), fmt::format("write one from 0 to {}", most));
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(*value);
}

std::optional<double> Cursor::number() const {
  if (!filled()) return std::nullopt;
  return yaml::to_floating(*node_, casts_of(options().compat));
}

std::optional<Duration> Cursor::duration() const {
  if (!is_text()) return std::nullopt;
  const auto value = parse_duration(node_->as_string());
  if (!value) {
    error(fmt::format("\"{}\" is no duration", node_->as_string()),
          "write one such as 30s, 1m30s or 500ms");
  } else if (*value < Duration{0}) {
    error(fmt::format("\"{}\" is below 0", node_->as_string()), "write 0s or more");
    return std::nullopt;
  }
  return value;
}

std::int64_t Cursor::size() const {
  if (const auto bytes = integer()) {
    if (*bytes >= 0) return *bytes;
    error(fmt::format("{} is below 0", *bytes), "write one such as 64m, 1.5g or 1024");
    return 0;
  }
  if (!is_text()) return 0;
  const auto value = parse_size(node_->as_string());
  if (!value)
    error(fmt::format("\"{}\" is no size", node_->as_string()),
          "write one such as 64m, 1.5g or 1024");
  return value.value_or(0);
}

std::vector<std::string> Cursor::texts() const {
  if (is_text()) return {node_->as_string()};
  std::vector<std::string> result;
  for (const auto& item : items()) result.push_back(item.scalar());
  return result;
}

std::vector<std::string> Cursor::command() const {
  if (!is_text()) return texts();
  auto parsed = split_command(node_->as_string());
  if (!parsed.error.empty()) error(parsed.error, parsed.hint);
  return std::move(parsed.value);
}

Environment Cursor::assignments() const {
  Environment result;
  for (const auto& item : items()) {
    auto pair = split_pair(item.text());
    result[pair.name] = std::move(pair.value);
  }
  if (!is_map()) return result;
  for (const auto& entry : node_->entries()) {  // x-* too: here a key is a name like any other
    const bool empty = entry.value.is_null() || !entry.value.is_scalar();
    result[entry.key] =
        empty ? std::nullopt : std::optional(text_as_read(entry.value, options().compat));
  }
  return result;
}

Pairs Cursor::pairs() const {
  Pairs result;
  for (const auto& [key, value] : assignments()) result[key] = value.value_or("");
  return result;
}

}  // namespace skep::stack
