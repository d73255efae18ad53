#pragma once
// /networks
#include "engine/call.hpp"
#include "swarm/snapshot.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace skep::engine {

/// All networks that the engine knows: those of the swarm and its own local ones (scope "local").
std::vector<swarm::Network> list_networks(Transport& engine, const Filters& filters = {},
                                          std::stop_token stop = {});
/// Adds to `names` docker's own networks (host, bridge) that the services use (an array as of GET
/// /services). These have an id in the swarm that GET /networks does not list, but GET /networks/ID
/// knows. `names` without any network come back unchanged.
swarm::Names with_docker_networks(Transport& engine, const Json& services, swarm::Names names,
                                  std::stop_token stop = {});
/// POST /networks/create with a NetworkCreateRequest; returns its id. Throws Error{conflict} when
/// the name is taken.
std::string create_network(Transport& engine, const Json& body, std::stop_token stop = {});
/// DELETE /networks/ID. Throws Error{rejected} while a service or a container uses it.
void remove_network(Transport& engine, const std::string& id, std::stop_token stop = {});

}  // namespace skep::engine
