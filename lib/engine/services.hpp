#pragma once
// /services. Specs are JSON documents. Lists come parsed, or as the engine gave them.
#include "engine/call.hpp"
#include "engine/registry_auth.hpp"
#include "swarm/snapshot.hpp"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace skep::engine {

/// GET /services as it is: an array of Service objects.
Json list_services_json(Transport& engine, const Filters& filters = {}, std::stop_token stop = {});
/// The same, parsed; `names` are needed for the canonical specs.
std::vector<swarm::Service> list_services(Transport& engine, const swarm::Names& names,
                                          const Filters& filters = {}, std::stop_token stop = {});

/// ServiceStatus of GET /services?status=true, for people: a job's desired is its MaxConcurrent.
struct ServiceCount {
  std::string id;
  std::string name;
  std::string stack;
  std::uint64_t running = 0;
  std::uint64_t desired = 0;
  std::uint64_t completed = 0;
};
std::vector<ServiceCount> count_services(Transport& engine, const Filters& filters = {},
                                         std::stop_token stop = {});

/// GET /services/ID (or name) as it is. Throws Error{not_found}.
Json inspect_service_json(Transport& engine, const std::string& service, std::stop_token stop = {});
/// The same with the engine's defaults filled in (?insertDefaults=true). Tests hold our own table
/// of defaults against it.
Json inspect_service_with_defaults(Transport& engine, const std::string& service,
                                   std::stop_token stop = {});
/// By id or name, parsed; nullopt when there is no such service.
std::optional<swarm::Service> find_service(Transport& engine, const std::string& service,
                                           const swarm::Names& names, std::stop_token stop = {});

/// What the engine said to a create or an update.
struct ServiceWritten {
  std::string id;                     // of a create
  std::vector<std::string> warnings;  // "unable to pin image …"
};
/// POST /services/create. The nodes pull with `registry_auth`. Throws Error{conflict} when the name
/// is taken.
ServiceWritten create_service(Transport& engine, const Json& spec,
                              const RegistryAuth& registry_auth, std::stop_token stop = {});
/// POST /services/ID/update?version=N. An anonymous one keeps the service's own
/// (registryAuthFrom=spec). Throws Error{conflict} when the service changed since `version` was
/// read.
ServiceWritten update_service(Transport& engine, const std::string& id, std::uint64_t version,
                              const Json& spec, const RegistryAuth& registry_auth,
                              std::stop_token stop = {});
/// DELETE /services/ID. Throws Error{not_found}.
void remove_service(Transport& engine, const std::string& id, std::stop_token stop = {});

}  // namespace skep::engine
