#pragma once
// Differences that Swarm cannot change: existing networks and volumes that differ from the file.
// They stay as they are, and the plan says so.
#include "plan/draft.hpp"
#include "swarm/snapshot.hpp"

#include <string>
#include <vector>

namespace skep::plan {

/// How an existing network differs from the body that would create it: "attachable false → true,
/// …"; "" when it does not.
std::string network_difference(const Json& spec, const swarm::Network& live);

/// Named volumes whose driver, options or labels change. Each node has its own volumes, made with
/// the first task there; no request lists those of the whole cluster.
std::vector<std::string> volume_notes(const std::vector<Draft>& services);

}  // namespace skep::plan
