#include "deploy/delivered.hpp"

#include "base/json_at.hpp"
#include "deploy/database.hpp"

#include <functional>
#include <set>

namespace skep::deploy {
namespace {

const std::string kReference = "skep:mongodb:";

bool is_reference(const std::string& text) {
  return text.starts_with(kReference);
}

/// Calls `f` with each mounted secret: the name of its file, and its SecretName to read or change.
void each_secret(Json& spec, const std::function<void(const std::string&, Json&)>& f) {
  const auto pointer = Json::json_pointer("/TaskTemplate/ContainerSpec/Secrets");
  if (!spec.contains(pointer) || !spec[pointer].is_array()) return;
  for (auto& mounted : spec[pointer]) {
    if (!mounted.contains("File") || !mounted.contains("SecretName")) continue;
    f(text_at(mounted["File"], {"Name"}), mounted["SecretName"]);
  }
}

void add_recorded(const swarm::RecordedService& service, Delivered& delivered) {
  for (const auto& [key, value] : swarm::Spec(service.spec).env()) {
    if (is_reference(value))
      delivered.variables[service.name][key] = value.substr(kReference.size());
  }
  Json spec = service.spec;
  each_secret(spec, [&](const std::string& file, Json& name) {
    const auto text = name.get<std::string>();
    if (is_reference(text)) delivered.files[service.name][file] = text.substr(kReference.size());
  });
}

}  // namespace

Delivered delivered_of(const project::Loaded& loaded, const std::vector<release::Kept>& records) {
  Delivered delivered;
  for (const auto& kept : records) {
    for (const auto& service : kept.record.services) add_recorded(service, delivered);
  }
  for (const auto& user : users_of(loaded)) {
    for (const auto& delivery : user.deliver) {
      const auto service = loaded.stack + "_" + delivery.service;
      if (!delivery.secret.empty()) {
        delivered.files[service][delivery.secret] = user.name;
      } else {
        delivered.variables[service][delivery.env] = user.name;
      }
    }
  }
  return delivered;
}

swarm::Spec with_references(const Delivered& delivered, const std::string& service,
                            swarm::Spec spec) {
  if (const auto found = delivered.variables.find(service); found != delivered.variables.end()) {
    for (const auto& [key, user] : found->second) {
      if (spec.env().contains(key)) spec.set_env(key, kReference + user);
    }
  }
  if (const auto found = delivered.files.find(service); found != delivered.files.end()) {
    each_secret(spec.json(), [&](const std::string& file, Json& name) {
      if (const auto user = found->second.find(file); user != found->second.end())
        name = kReference + user->second;
    });
  }
  return spec;
}

Bound with_live_values(swarm::Spec recorded, const swarm::Spec& live) {
  std::set<std::string> missing;
  const auto live_env = live.env();
  for (const auto& [key, value] : recorded.env()) {
    if (!is_reference(value)) continue;
    const auto now = live_env.find(key);
    if (now != live_env.end() && !is_reference(now->second)) {
      recorded.set_env(key, now->second);
    } else {
      missing.insert(value.substr(kReference.size()));
    }
  }
  std::map<std::string, std::string> live_files;
  Json live_spec = live.json();
  each_secret(live_spec, [&](const std::string& file, Json& name) {
    live_files[file] = name.get<std::string>();
  });
  each_secret(recorded.json(), [&](const std::string& file, Json& name) {
    const auto text = name.get<std::string>();
    if (!is_reference(text)) return;
    const auto now = live_files.find(file);
    if (now != live_files.end()) {
      name = now->second;
    } else {
      missing.insert(text.substr(kReference.size()));
    }
  });
  return {std::move(recorded), {missing.begin(), missing.end()}};
}

}  // namespace skep::deploy
