#include "swarm/redact.hpp"

#include "swarm/spec.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace skep::swarm {
namespace {

constexpr std::array<std::string_view, 10> kSecretWords = {
    "password", "passwd",  "passphrase", "secret",    "token",
    "apikey",   "private", "credential", "basicauth", "accesskey"};
constexpr std::array<std::string_view, 6> kSecretParts = {"pass", "pw",   "pwd",
                                                          "key",  "auth", "dsn"};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// "a.b-c_D" → whether one of its parts is a secret word by itself ("MYSQL_PASS", "db.pw").
bool has_secret_part(const std::string& name) {
  std::size_t begin = 0;
  while (begin <= name.size()) {
    const auto end = std::min(name.find_first_of("_-. /", begin), name.size());
    const auto part = std::string_view(name).substr(begin, end - begin);
    if (std::find(kSecretParts.begin(), kSecretParts.end(), part) != kSecretParts.end())
      return true;
    begin = end + 1;
  }
  return false;
}

/// "scheme://user:password@…", also "scheme://token@…".
bool has_user_info(std::string_view value) {
  auto at = value.find("://");
  while (at != std::string_view::npos) {
    const auto rest = value.substr(at + 3);
    const auto authority = rest.substr(0, rest.find_first_of("/?# \t\n\"'"));
    if (authority.find('@') != std::string_view::npos) return true;
    at = value.find("://", at + 3);
  }
  return false;
}

/// "…password=x", "--token x" inside a longer text.
bool has_assignment(std::string_view value) {
  const auto text = lower(value);
  for (const auto word : kSecretWords) {
    auto at = text.find(word);
    while (at != std::string::npos) {
      const auto end = at + word.size();
      if (end + 1 < text.size() && (text[end] == '=' || text[end] == ':' || text[end] == ' '))
        return true;
      at = text.find(word, end);
    }
  }
  return false;
}

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

bool name_looks_secret(std::string_view name) {
  const auto text = lower(name);
  if (text.ends_with("_file") || text.ends_with("_path")) return false;
  const bool word =
      std::any_of(kSecretWords.begin(), kSecretWords.end(),
                  [&](std::string_view secret) { return text.find(secret) != std::string::npos; });
  return word || has_secret_part(text);
}

bool value_looks_secret(std::string_view value) {
  return has_user_info(value) || has_assignment(value) ||
         value.find("-----BEGIN") != std::string_view::npos;
}

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
