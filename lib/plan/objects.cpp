#include "plan/objects.hpp"

#include "base/json_at.hpp"
#include "plan/choices.hpp"
#include "plan/names.hpp"
#include "swarm/owner.hpp"
#include "swarm/record.hpp"

#include <algorithm>

namespace skep::plan {
namespace {

std::string plain_name_of(const swarm::Labels& labels) {
  const auto found = labels.find(swarm::kPlainNameLabel);
  return found == labels.end() ? std::string() : found->second;
}

/// Live objects that may be the wanted one, in the order of preference: in use now, the plain name,
/// the others by name.
template <typename T>
std::vector<const T*> candidates(const std::vector<T>& all, const std::string& plain,
                                 const std::string& stack, const std::set<std::string>& used) {
  std::vector<const T*> result;
  for (const auto& one : all) {
    const bool suffixed =
        plain_name_of(one.labels) == plain && swarm::belongs_to(one.labels, stack);
    if (one.name == plain || suffixed) result.push_back(&one);
  }
  std::sort(result.begin(), result.end(), [&](const T* a, const T* b) {
    const auto rank = [&](const T* one) {
      return used.contains(one->name) ? 0 : one->name == plain ? 1 : 2;
    };
    return rank(a) != rank(b) ? rank(a) < rank(b) : a->name < b->name;
  });
  return result;
}

Json body(const convert::DesiredObject& object, const std::string& name) {
  Json spec = object.spec.is_object() ? object.spec : Json::object();
  spec["Name"] = name;
  if (name != object.name) spec["Labels"][swarm::kPlainNameLabel] = object.name;
  return spec;
}

std::set<std::string> in_use(const swarm::Snapshot& snapshot, const std::string& stack,
                             bool secrets) {
  std::set<std::string> result;
  for (const auto* service : snapshot.stack_services(stack)) {
    const auto names = secrets ? service->spec.secrets() : service->spec.configs();
    result.insert(names.begin(), names.end());
  }
  return result;
}

void bind_secrets(Objects& objects, const convert::Desired& desired,
                  const swarm::Snapshot& snapshot, const Choices& choices) {
  const auto used = in_use(snapshot, desired.stack, true);
  const auto holds = [&](const convert::DesiredObject& wanted, const swarm::Secret& secret) {
    if (!wanted.driver.empty()) return true;  // the content is the driver's matter
    const auto found = choices.secret_matches.find(secret.name);
    return found != choices.secret_matches.end() && found->second;
  };
  for (const auto& wanted : desired.secrets) {
    if (wanted.external) continue;
    const auto live = candidates(snapshot.secrets, wanted.name, desired.stack, used);
    const auto match = std::find_if(live.begin(), live.end(),
                                    [&](const auto* one) { return holds(wanted, *one); });
    if (match != live.end()) {
      objects.secret_names[wanted.name] = (*match)->name;
      continue;
    }
    const auto name =
        free_name(wanted.name, choices.suffix_seed, secret_names_taken(snapshot, objects));
    objects.secret_names[wanted.name] = name;
    objects.new_secrets.push_back({name, wanted.name, body(wanted, name), wanted.data});
  }
}

void bind_configs(Objects& objects, const convert::Desired& desired,
                  const swarm::Snapshot& snapshot, const Choices& choices) {
  const auto used = in_use(snapshot, desired.stack, false);
  std::set<std::string> taken(snapshot.config_names.begin(), snapshot.config_names.end());
  for (const auto& config : snapshot.configs) taken.insert(config.name);
  for (const auto& wanted : desired.configs) {
    if (wanted.external) continue;
    const auto live = candidates(snapshot.configs, wanted.name, desired.stack, used);
    const auto match = std::find_if(live.begin(), live.end(), [&](const auto* one) {
      return one->data == wanted.data.reveal();
    });
    if (match != live.end()) {
      objects.config_names[wanted.name] = (*match)->name;
      continue;
    }
    const auto name = free_name(wanted.name, choices.suffix_seed, taken);
    taken.insert(name);
    objects.config_names[wanted.name] = name;
    objects.new_configs.push_back({name, wanted.name, body(wanted, name), wanted.data.reveal()});
  }
}

void rename(Json& container, const char* list, const char* field,
            const std::map<std::string, std::string>& names) {
  const auto references = container.find(list);
  if (references == container.end() || !references->is_array()) return;
  for (auto& reference : *references) {
    const auto found = names.find(text_at(reference, {field}));
    if (found != names.end()) reference[field] = found->second;
  }
}

}  // namespace

std::set<std::string> secret_names_taken(const swarm::Snapshot& snapshot, const Objects& objects) {
  std::set<std::string> taken;
  for (const auto& secret : snapshot.secrets) taken.insert(secret.name);
  for (const auto& secret : objects.new_secrets) taken.insert(secret.name);
  return taken;
}

Objects bind_objects(const convert::Desired& desired, const swarm::Snapshot& snapshot,
                     const Choices& choices) {
  Objects objects;
  bind_secrets(objects, desired, snapshot, choices);
  bind_configs(objects, desired, snapshot, choices);
  return objects;
}

void use_objects(swarm::Spec& spec, const Objects& objects) {
  const auto pointer = Json::json_pointer("/TaskTemplate/ContainerSpec");
  if (!spec.json().contains(pointer)) return;
  Json& container = spec.json()[pointer];
  rename(container, "Secrets", "SecretName", objects.secret_names);
  rename(container, "Configs", "ConfigName", objects.config_names);
  const auto credential = Json::json_pointer("/Privileges/CredentialSpec/Config");
  if (!container.contains(credential) || !container[credential].is_string()) return;
  const auto found = objects.config_names.find(container[credential].get<std::string>());
  if (found != objects.config_names.end()) container[credential] = found->second;
}

}  // namespace skep::plan
