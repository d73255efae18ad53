#include "swarm/redact.hpp"

#include "base/looks_secret.hpp"
#include "swarm/spec.hpp"

#include <nlohmann/json.hpp>

namespace skep::swarm {
namespace {

/// Every text in the value that carries a password is hidden.
Json hide_texts(const Json& value, const Hide& hide) {
  if (value.is_string()) return value_looks_secret(value.get<std::string>()) ? hide(value) : value;
  if (!value.is_structured()) return value;
  Json result = value;
  for (auto& member : result) member = hide_texts(member, hide);
  return result;
}

Json shown_map(const Json& value, const Hide& hide) {
  Json result = Json::object();
  for (const auto& [name, entry] : value.items()) result[name] = shown_entry(name, entry, hide);
  return result;
}

Json shown_env(const Json& value, const Hide& hide) {
  Json result = Json::array();
  for (const auto& item : value) {
    const auto entry = item.get<std::string>();
    const auto name = env_name(entry);
    const bool has_value = name.size() < entry.size();
    if (!has_value) {
      result.push_back(entry);
      continue;
    }
    const auto seen = shown_entry(name, entry.substr(name.size() + 1), hide);
    result.push_back(name + "=" + seen.get<std::string>());
  }
  return result;
}

Json shown_object(std::span<const Field> fields, const Json& value, const Hide& hide) {
  Json result = value;
  for (const auto& [name, member] : value.items()) {
    const auto* field = find_field(fields, name);
    result[name] = field != nullptr ? shown(*field, member, hide) : hide_texts(member, hide);
  }
  return result;
}

}  // namespace

Json hidden(const Json&) {
  return kHidden;
}

Json shown_entry(const std::string& name, const Json& value, const Hide& hide) {
  if (name_looks_secret(name) && value != "" && !value.is_null()) return hide(value);
  return hide_texts(value, hide);
}

Json shown(const Field& field, const Json& value, const Hide& hide) {
  if (value.is_null()) return value;
  switch (field.kind) {
    case FieldKind::value:
    case FieldKind::set:
      return hide_texts(value, hide);
    case FieldKind::env:
      return value.is_array() ? shown_env(value, hide) : value;
    case FieldKind::map:
      return value.is_object() ? shown_map(value, hide) : value;
    case FieldKind::object:
      return value.is_object() ? shown_object(field.fields, value, hide) : value;
    case FieldKind::list: {
      Json result = Json::array();
      for (const auto& element : value) result.push_back(shown_object(field.fields, element, hide));
      return result;
    }
  }
  return nullptr;
}

Json redacted(const Spec& spec, const Hide& hide) {
  return shown_object(service_spec_fields(), spec.json(), hide);
}

Json redacted(const Spec& spec) {
  return redacted(spec, hidden);
}

Json redacted_json(const Json& value, const Hide& hide) {
  if (!value.is_object()) return hide_texts(value, hide);
  Json result = Json::object();
  for (const auto& [name, member] : value.items()) {
    result[name] =
        member.is_structured() ? redacted_json(member, hide) : shown_entry(name, member, hide);
  }
  return result;
}

}  // namespace skep::swarm
