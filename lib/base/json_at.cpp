#include "base/json_at.hpp"

#include <nlohmann/json.hpp>

namespace skep {

const Json* find_at(const Json& value, JsonPath path) {
  const Json* found = &value;
  for (const auto* name : path) {
    if (!found->is_object()) return nullptr;
    const auto member = found->find(name);
    if (member == found->end() || member->is_null()) return nullptr;
    found = &*member;
  }
  return found;
}

std::string text_at(const Json& value, JsonPath path, std::string_view fallback) {
  const auto* found = find_at(value, path);
  const auto* text = found == nullptr ? nullptr : found->get_ptr<const Json::string_t*>();
  return text == nullptr || text->empty() ? std::string(fallback) : *text;
}

std::uint64_t count_at(const Json& value, JsonPath path, std::uint64_t fallback) {
  const auto* found = find_at(value, path);
  if (found == nullptr || !found->is_number_integer()) return fallback;
  if (!found->is_number_unsigned() && found->get<std::int64_t>() < 0) return fallback;
  return found->get<std::uint64_t>();
}

bool flag_at(const Json& value, JsonPath path, bool fallback) {
  const auto* found = find_at(value, path);
  return found != nullptr && found->is_boolean() ? found->get<bool>() : fallback;
}

const Json& list_at(const Json& value, JsonPath path) {
  static const Json kNone = Json::array();
  const auto* found = find_at(value, path);
  return found != nullptr && found->is_array() ? *found : kNone;
}

const Json& object_at(const Json& value, JsonPath path) {
  static const Json kNone = Json::object();
  const auto* found = find_at(value, path);
  return found != nullptr && found->is_object() ? *found : kNone;
}

}  // namespace skep
