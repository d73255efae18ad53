#pragma once
// The pieces of a service spec, one function a field family; convert.cpp puts them together. Each
// gives the JSON that `docker stack deploy` sends (docker/cli v28 cli/compose/convert), and leaves
// out what Go's `omitempty` leaves out.
#include "base/diagnostics.hpp"
#include "base/json.hpp"
#include "stack/stack.hpp"
#include "swarm/owner.hpp"

#include <string>

namespace skep::convert {

/// Names inside the stack: `STACK_key`, or what `name:` says.
struct Namespace {
  std::string stack;
  std::string scoped(const std::string& key) const { return swarm::full_name(stack, key); }
  std::string scoped(const std::string& key, const std::string& name) const {
    return name.empty() ? scoped(key) : name;
  }
  /// `labels` with com.docker.stack.namespace added.
  Json labelled(const stack::Pairs& labels) const;
};

/// Sets `object[key]`, unless `value` is empty: Go's `omitempty`.
void set_text(Json& object, const char* key, const std::string& value);
void set_number(Json& object, const char* key, std::int64_t value);
void set_true(Json& object, const char* key, bool value);
/// An empty list or map, or null.
void set_filled(Json& object, const char* key, Json value);

/// TaskTemplate.ContainerSpec, without what the functions below give
Json container(const stack::Service& service, const Namespace& names);
Json health_check(const stack::HealthCheck& check);  // ContainerSpec.Healthcheck
Json mounts(const stack::Service& service, const stack::Stack& stack, const Namespace& names);
Json secret_references(const stack::Service& service, const stack::Stack& stack,
                       const Namespace& names);
Json config_references(const stack::Service& service, const stack::Stack& stack,
                       const Namespace& names);
/// ContainerSpec.Privileges: security_opt and credential_spec. For a credential spec that is a
/// config, `Config` holds the config's name here; the engine wants its id.
Json privileges(const stack::Service& service, const stack::Stack& stack, const Namespace& names);

Json log_driver(const stack::Logging& logging);     // TaskTemplate.LogDriver
Json resources(const stack::Deploy& deploy);        // TaskTemplate.Resources
Json placement(const stack::Placement& placement);  // TaskTemplate.Placement
/// TaskTemplate.RestartPolicy, or null: deploy.restart_policy, else what `restart` means.
Json restart_policy(const stack::Service& service, stack::Compat compat);
Json attachments(const stack::Service& service, const stack::Stack& stack,
                 const Namespace& names);  // …Networks

Json mode(const stack::Deploy& deploy);                 // Mode
Json update_config(const stack::UpdateConfig& config);  // UpdateConfig, RollbackConfig
Json endpoint(const stack::Service& service);           // EndpointSpec

/// The body of POST /networks/create.
Json network(const stack::Network& network, const std::string& name, const Namespace& names);

/// Whether a network may have aliases: not "host", "bridge", "none" or "default" (moby
/// NetworkMode.IsUserDefined).
bool user_defined(const std::string& network);

}  // namespace skep::convert
