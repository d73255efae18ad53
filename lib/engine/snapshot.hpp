#pragma once
// The cluster, read once.
#include "engine/transport.hpp"
#include "swarm/snapshot.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace skep::engine {

/// Reads all that a plan for `stack` is made from, with up to eight requests at once: swarm,
/// networks, secrets, services, tasks and nodes whole; of configs those with the stack's label (a
/// list carries all data) and, one by one, those named in `external_configs` (missing ones are left
/// out). Throws Error{unavailable} on a node that is no manager.
swarm::Snapshot read_snapshot(Transport& engine, const std::string& stack,
                              const std::vector<std::string>& external_configs = {},
                              std::stop_token stop = {});

}  // namespace skep::engine
