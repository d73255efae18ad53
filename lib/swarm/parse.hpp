#pragma once
// Objects of the Engine API (GET /services, /tasks, …) as values.
#include "base/json.hpp"
#include "swarm/snapshot.hpp"
#include "swarm/spec.hpp"

namespace skep::swarm {

Network parse_network(const Json& object);
Secret parse_secret(const Json& object);
Config parse_config(const Json& object);
Service parse_service(const Json& object, const Names& names);
Task parse_task(const Json& object);
Node parse_node(const Json& object);

}  // namespace skep::swarm
