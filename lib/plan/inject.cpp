#include "plan/inject.hpp"

#include "base/json_at.hpp"
#include "plan/choices.hpp"
#include "plan/draft.hpp"
#include "plan/names.hpp"
#include "swarm/record.hpp"

#include <algorithm>
#include <cctype>

namespace skep::plan {
namespace {

constexpr int kReadableByAll = 0444;

/// The variable that gets the path of a delivered secret: "MONGODB_URI_FILE".
std::string path_variable(const swarm::Injection& injection) {
  if (injection.env.ends_with("_FILE")) return injection.env;
  if (!injection.env.empty()) return injection.env + "_FILE";
  std::string name = injection.secret;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return static_cast<char>(std::isalnum(c) != 0 ? std::toupper(c) : '_');
  });
  return name + "_FILE";
}

Json* mounted_at(Json& container, const std::string& file) {
  auto& secrets = container["Secrets"];
  if (!secrets.is_array()) secrets = Json::array();
  for (auto& reference : secrets) {
    if (reference.contains("File") && text_at(reference["File"], {"Name"}) == file)
      return &reference;
  }
  return nullptr;
}

void mount(swarm::Spec& spec, Json reference, const swarm::Injection& injection) {
  Json& container = spec.json()["TaskTemplate"]["ContainerSpec"];
  if (auto* present = mounted_at(container, injection.secret)) {
    *present = std::move(reference);
  } else {
    container["Secrets"].push_back(std::move(reference));
  }
  spec.set_env(path_variable(injection), "/run/secrets/" + injection.secret);
}

void keep(swarm::Spec& spec, const swarm::Injection& injection, const swarm::Service* live) {
  if (live == nullptr) return;
  if (!injection.by_secret) {
    const auto env = live->spec.env();
    const auto found = env.find(injection.env);
    if (found != env.end()) spec.set_env(injection.env, found->second);
    return;
  }
  Json container = object_at(live->spec.json(), {"TaskTemplate", "ContainerSpec"});
  if (const auto* present = mounted_at(container, injection.secret))
    mount(spec, *present, injection);
}

/// The new secret that holds the injection's value: already planned for another service, or planned
/// now.
const CreateSecret& secret_for(const swarm::Injection& injection, const std::string& stack,
                               const swarm::Snapshot& snapshot, const Choices& choices,
                               Objects& objects) {
  const auto plain = stack + "_" + injection.secret;
  for (const auto& planned : objects.new_secrets) {
    if (planned.plain_name == plain && planned.data == injection.value.reveal()) return planned;
  }
  const auto name = free_name(plain, choices.suffix_seed, secret_names_taken(snapshot, objects));
  // Also under its plain name it is skep's own, and goes when nothing refers to it.
  Json labels = {{swarm::kNamespaceLabel, stack}, {swarm::kPlainNameLabel, plain}};
  if (!injection.login.empty()) labels[swarm::kLoginLabel] = injection.login;
  objects.new_secrets.push_back(
      {name, plain, {{"Name", name}, {"Labels", labels}}, injection.value.reveal()});
  return objects.new_secrets.back();
}

}  // namespace

void inject(swarm::Spec& spec, const std::string& key, const swarm::Service* live,
            const convert::Desired& desired, const swarm::Snapshot& snapshot,
            const Choices& choices, Objects& objects) {
  for (const auto& injection : choices.injections) {
    if (injection.service != key) continue;
    if (injection.keep) {
      keep(spec, injection,
           injection.from.empty()
               ? live
               : own_service(snapshot, desired.stack, desired.stack + "_" + injection.from));
    } else if (!injection.by_secret) {
      spec.set_env(injection.env, injection.value.reveal());
    } else {
      const auto& secret = secret_for(injection, desired.stack, snapshot, choices, objects);
      mount(spec,
            {{"SecretName", secret.name},
             {"File",
              {{"Name", injection.secret}, {"UID", "0"}, {"GID", "0"}, {"Mode", kReadableByAll}}}},
            injection);
    }
  }
}

}  // namespace skep::plan
