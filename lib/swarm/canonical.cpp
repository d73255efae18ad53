#include "swarm/canonical.hpp"

#include "base/json_at.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <strings.h>

namespace skep::swarm {
namespace {

bool is_fallback(const Field& field, const Json& value) {
  if (value.is_null()) return true;
  switch (field.fallback) {
    case Fallback::none:
      return false;
    case Fallback::empty:
      return is_empty(value);
    case Fallback::text:
      return value.is_string() && (value == field.text || value == "");
    case Fallback::number:
      return value.is_number() && value == field.number;
  }
  return false;
}

/// Members that say nothing are left out, at every depth ("NamedResourceSpec": null).
Json without_empty_members(const Json& value) {
  if (!value.is_object()) return value;
  Json kept = Json::object();
  for (const auto& [name, member] : value.items()) {
    Json cleaned = without_empty_members(member);
    if (!is_empty(cleaned)) kept[name] = std::move(cleaned);
  }
  return kept;
}

Json canonical_set(const Json& value) {
  if (!value.is_array()) return nullptr;
  std::vector<Json> elements;
  for (const auto& element : value) elements.push_back(without_empty_members(element));
  std::sort(elements.begin(), elements.end());
  elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
  return elements.empty() ? Json() : Json(std::move(elements));
}

Json canonical_env(const Json& value) {
  if (!value.is_array()) return nullptr;
  std::vector<std::string> entries;
  for (const auto& entry : value) {
    if (entry.is_string()) entries.push_back(entry.get<std::string>());
  }
  std::stable_sort(entries.begin(), entries.end(), [](const std::string& a, const std::string& b) {
    return env_name(a) < env_name(b);
  });
  return entries.empty() ? Json() : Json(std::move(entries));
}

Json canonical_list(const Field& field, const Json& value, const Names& names) {
  if (!value.is_array()) return nullptr;
  std::vector<Json> elements;
  for (const auto& element : value) {
    elements.push_back(canonical_fields(field.fields, element, names));
  }
  std::stable_sort(elements.begin(), elements.end(), [&](const Json& a, const Json& b) {
    const auto key_a = field.key(a);
    const auto key_b = field.key(b);
    return key_a != key_b ? key_a < key_b : a < b;
  });
  return elements.empty() ? Json() : Json(std::move(elements));
}

/// moby daemon/cluster/convert/service.go ServiceSpecToGRPC: absent is one replica; a job's counts
/// follow each other.
Json canonical_mode(Json mode) {
  if (is_empty(mode)) mode = {{"Replicated", Json::object()}};
  if (const auto found = mode.find("Replicated"); found != mode.end()) {
    if (!found->contains("Replicas")) (*found)["Replicas"] = 1;
  }
  if (const auto found = mode.find("ReplicatedJob"); found != mode.end()) {
    if (!found->contains("MaxConcurrent")) (*found)["MaxConcurrent"] = 1;
    if (!found->contains("TotalCompletions"))
      (*found)["TotalCompletions"] = (*found)["MaxConcurrent"];
  }
  return mode;
}

Json canonical_object(const Field& field, const Json& value, const Names& names) {
  if (field.special == Special::mode) {
    return canonical_mode(canonical_fields(field.fields, value, names));
  }
  if (!value.is_object()) return nullptr;
  Json object = canonical_fields(field.fields, value, names);
  if (field.special == Special::update_config) {
    if (!object.contains("Parallelism")) object["Parallelism"] = 0;
    if (object.size() == 1 && object["Parallelism"] == 1) return nullptr;
  }
  if (object.empty() && !field.keep_empty) return nullptr;
  return object;
}

Json canonical_scalar(const Field& field, const Json& value, const Names& names) {
  if (is_fallback(field, value)) return nullptr;
  if (field.special == Special::publish_mode && value.is_string()) {
    // moby daemon/cluster/convert/service.go
    const auto mode = value.get<std::string>();
    return ::strcasecmp(mode.c_str(), "host") == 0 ? Json("host") : Json();
  }
  if (field.special == Special::network && value.is_string()) {
    const auto found = names.network_name_by_id.find(value.get<std::string>());
    if (found != names.network_name_by_id.end()) return found->second;
  }
  if (field.special == Special::config && value.is_string()) {
    for (const auto& [name, id] : names.config_id_by_name) {
      if (id == value.get<std::string>()) return name;
    }
  }
  return value;
}

Json canonical_map(const Json& value) {
  return value.is_object() && !value.empty() ? value : Json();
}

/// The config of a credential spec stands as an id there, and as a reference with id and name
/// beside it (moby daemon/cluster/convert/container.go). So the spec itself has the name, also
/// where the list of configs was read before this one was made.
std::optional<Names> with_own_config(const Json& spec, const Names& names) {
  const auto id =
      text_at(spec, {"TaskTemplate", "ContainerSpec", "Privileges", "CredentialSpec", "Config"});
  const auto* references = find_at(spec, {"TaskTemplate", "ContainerSpec", "Configs"});
  if (id.empty() || references == nullptr || !references->is_array()) return std::nullopt;
  Names more = names;
  for (const auto& reference : *references) {
    const auto name = text_at(reference, {"ConfigName"});
    if (!name.empty() && text_at(reference, {"ConfigID"}) == id) more.config_id_by_name[name] = id;
  }
  return more;
}

/// Takes the fields away that are newer than `engine`, and names those that said something; what
/// protects is guards()'s to name.
void drop_newer(std::span<const Field> fields, unsigned engine, const std::string& path,
                Json& object, std::vector<std::string>& dropped) {
  if (!object.is_object()) return;
  for (const auto& field : fields) {
    const auto found = object.find(field.name);
    if (found == object.end()) continue;
    const auto here = path + std::string(field.name);
    if (field.since > engine) {
      if (!field.guards && !canonical_value(field, *found, {}).is_null()) {
        dropped.push_back(here + " needs Engine " + std::to_string(field.since));
      }
      object.erase(found);
    } else if (field.kind == FieldKind::object) {
      drop_newer(field.fields, engine, here + ".", *found, dropped);
    } else if (field.kind == FieldKind::list && found->is_array()) {
      for (auto& element : *found)
        drop_newer(field.fields, engine, here + "[" + field.key(element) + "].", element, dropped);
    }
  }
}

void find_guards(std::span<const Field> fields, const std::string& path, const Json& object,
                 std::vector<Guard>& found) {
  if (!object.is_object()) return;
  for (const auto& field : fields) {
    const auto member = object.find(field.name);
    if (member == object.end()) continue;
    const auto here = path + std::string(field.name);
    if (field.guards && !canonical_value(field, *member, {}).is_null())
      found.push_back({here, field.since});
    if (field.kind == FieldKind::object) find_guards(field.fields, here + ".", *member, found);
  }
}

}  // namespace

bool is_empty(const Json& value) {
  if (value.is_null() || value.is_string()) return value.is_null() || value == "";
  if (value.is_boolean()) return value == false;
  if (value.is_number()) return value == 0;
  return value.empty();
}

Json canonical_value(const Field& field, const Json& value, const Names& names) {
  if (field.special == Special::ignored) return nullptr;
  switch (field.kind) {
    case FieldKind::value:
      return canonical_scalar(field, value, names);
    case FieldKind::set:
      return canonical_set(value);
    case FieldKind::env:
      return canonical_env(value);
    case FieldKind::map:
      return canonical_map(value);
    case FieldKind::object:
      return canonical_object(field, value, names);
    case FieldKind::list:
      return canonical_list(field, value, names);
  }
  return nullptr;
}

Json canonical_fields(std::span<const Field> fields, const Json& object, const Names& names) {
  Json result = Json::object();
  if (object.is_object()) {
    for (const auto& [name, value] : object.items()) {
      if (find_field(fields, name) == nullptr && !value.is_null()) result[name] = value;
    }
  }
  for (const auto& field : fields) {
    const auto found = object.is_object() ? object.find(field.name) : object.end();
    Json value = canonical_value(field, found == object.end() ? Json() : *found, names);
    if (!value.is_null()) result[std::string(field.name)] = std::move(value);
  }
  return result;
}

Spec canonical(const Spec& spec, const Names& names) {
  const auto more = with_own_config(spec.json(), names);
  return Spec(canonical_fields(service_spec_fields(), spec.json(), more ? *more : names));
}

Fitted without_newer_fields(const Spec& spec, unsigned engine) {
  Fitted fitted{spec, {}};
  drop_newer(service_spec_fields(), engine, "", fitted.spec.json(), fitted.dropped);
  return fitted;
}

std::vector<Guard> guards(const Spec& spec) {
  std::vector<Guard> found;
  find_guards(service_spec_fields(), "", spec.json(), found);
  return found;
}

}  // namespace skep::swarm
