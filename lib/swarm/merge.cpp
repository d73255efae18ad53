// The documents to POST. An update starts from the live one and touches only what differs: a field
// that is rewritten in another form of the same meaning would make swarmkit replace tasks
// (IsTaskDirty compares the stored form).
#include "swarm/merge.hpp"

#include "base/error.hpp"
#include "base/json_at.hpp"
#include "swarm/canonical.hpp"
#include "swarm/spec.hpp"

#include <nlohmann/json.hpp>

#include <map>

namespace skep::swarm {
namespace {

Json merged_fields(std::span<const Field> fields, const Json& live, const Json& desired,
                   const Names& names);

const Json* find_member(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// Elements that stay keep the live order, each with its desired element laid over it; new ones
/// come last.
Json merged_list(const Field& field, const Json& live, const Json& desired, const Names& names) {
  const auto key_of = [&](const Json& element) {
    return field.key(canonical_fields(field.fields, element, names));
  };
  std::map<std::string, Json> wanted;
  for (const auto& element : desired) {
    if (!wanted.emplace(key_of(element), element).second)
      return desired;  // two of one key: not ours to match
  }
  Json result = Json::array();
  for (const auto& element : live) {
    const auto found = wanted.find(key_of(element));
    if (found == wanted.end()) continue;
    result.push_back(merged_fields(field.fields, element, found->second, names));
    wanted.erase(found);
  }
  for (const auto& element : desired) {
    if (wanted.contains(key_of(element))) result.push_back(element);
  }
  return result;
}

/// What the table does not know of a live section that goes; null when there is nothing.
Json unknown_part(const Field& field, const Json& live) {
  if (field.kind != FieldKind::object || field.special != Special::nothing || !live.is_object())
    return nullptr;
  Json rest = Json::object();
  for (const auto& [name, value] : live.items()) {
    const auto* known = find_field(field.fields, name);
    Json kept = known == nullptr ? value : unknown_part(*known, value);
    if (!kept.is_null()) rest[name] = std::move(kept);
  }
  return rest.empty() ? Json() : rest;
}

/// Whether two values of a field mean the same: then the live form stays.
bool same_meaning(const Field& field, const Json& live, const Json& desired, const Names& names) {
  return canonical_value(field, live, names) == canonical_value(field, desired, names);
}

Json merged_value(const Field& field, const Json* live, const Json* desired, const Names& names) {
  if (live == nullptr) return *desired;
  if (field.kind == FieldKind::list) return merged_list(field, *live, *desired, names);
  if (field.kind == FieldKind::object && field.special != Special::mode && desired->is_object()) {
    return merged_fields(field.fields, *live, *desired, names);
  }
  return *desired;
}

Json merged_fields(std::span<const Field> fields, const Json& live, const Json& desired,
                   const Names& names) {
  Json result = live.is_object() ? live : Json::object();
  for (const auto& field : fields) {
    const auto* old_value = find_member(live, field.name);
    const auto* new_value = find_member(desired, field.name);
    if (same_meaning(field, old_value ? *old_value : Json(), new_value ? *new_value : Json(),
                     names))
      continue;
    if (new_value == nullptr) {
      Json rest = unknown_part(field, *old_value);
      result.erase(std::string(field.name));
      if (!rest.is_null()) result[std::string(field.name)] = std::move(rest);
    } else {
      result[std::string(field.name)] = merged_value(field, old_value, new_value, names);
    }
  }
  for (const auto& [name, value] : desired.items()) {
    if (find_field(fields, name) == nullptr && !value.is_null()) result[name] = value;
  }
  return result;
}

Json* descend(Json& object, std::initializer_list<const char*> path) {
  Json* at = &object;
  for (const auto* name : path) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(name);
    if (found == at->end() || found->is_null()) return nullptr;
    at = &*found;
  }
  return at;
}

const std::string& id_of(const std::map<std::string, std::string>& ids, const std::string& name,
                         const char* what) {
  const auto found = ids.find(name);
  if (found == ids.end())
    throw Error(Kind::not_found, std::string(what) + " \"" + name + "\" is not there");
  return found->second;
}

/// Docker's own networks have one id on each node and another in the swarm: the engine itself finds
/// the right one.
bool of_the_engine(const std::string& network) {
  return network == "host" || network == "bridge" || network == "none";
}

void bind_networks(Json& spec, const Names& names) {
  auto* networks = descend(spec, {"TaskTemplate", "Networks"});
  if (networks == nullptr) return;
  for (auto& network : *networks) {
    const auto target = text_at(network, {"Target"});
    if (names.network_name_by_id.contains(target) || of_the_engine(target)) continue;
    network["Target"] = id_of(names.network_id_by_name, target, "network");
  }
}

/// An id that stands beside a name which is not among the names read is kept: a config outside the
/// stack.
void bind_references(Json& spec, const char* list, const char* name_field, const char* id_field,
                     const std::map<std::string, std::string>& ids, const char* what) {
  auto* references = descend(spec, {"TaskTemplate", "ContainerSpec", list});
  if (references == nullptr) return;
  for (auto& reference : *references) {
    const auto name = text_at(reference, {name_field});
    const auto present = reference.find(id_field);
    const bool has_id = present != reference.end() && !is_empty(*present);
    if (has_id && !ids.contains(name)) continue;
    reference[id_field] = id_of(ids, name, what);
  }
}

void bind_credential_spec(Json& spec, const Names& names) {
  auto* config =
      descend(spec, {"TaskTemplate", "ContainerSpec", "Privileges", "CredentialSpec", "Config"});
  if (config == nullptr || is_empty(*config)) return;
  const auto found = names.config_id_by_name.find(config->get<std::string>());
  if (found != names.config_id_by_name.end()) *config = found->second;  // else it is an id already
}

Json bound(Json spec, const Names& names) {
  bind_networks(spec, names);
  bind_references(spec, "Secrets", "SecretName", "SecretID", names.secret_id_by_name, "secret");
  bind_references(spec, "Configs", "ConfigName", "ConfigID", names.config_id_by_name, "config");
  bind_credential_spec(spec, names);
  return spec;
}

}  // namespace

Json merged_for_update(const Json& live, const Spec& desired, const Names& names) {
  return bound(merged_fields(service_spec_fields(), live, desired.json(), names), names);
}

Json bound_for_create(const Spec& desired, const Names& names) {
  return bound(desired.json(), names);
}

}  // namespace skep::swarm
