#pragma once
// Reads the cluster once.
#include "engine/transport.hpp"
#include "swarm/snapshot.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace skep::engine {

/// Reads everything that a plan for `stack` needs, with up to eight requests at once: the swarm,
/// and all networks, secrets, services, tasks and nodes. Of configs it reads only those with the
/// stack's label, because a list carries all their data, and one by one those named in
/// `external_configs` (missing ones are left out). Throws Error{unavailable} on a node that is not
/// a manager.
swarm::Snapshot read_snapshot(Transport& engine, const std::string& stack,
                              const std::vector<std::string>& external_configs = {},
                              std::stop_token stop = {});

}  // namespace skep::engine
