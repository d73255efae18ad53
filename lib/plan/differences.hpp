#pragma once
// What differs from the file and that Swarm cannot change: networks and volumes that are there. It
// stays as it is, and is said.
#include "plan/draft.hpp"
#include "swarm/snapshot.hpp"

#include <string>
#include <vector>

namespace skep::plan {

/// How an existing network differs from the body that would create it: "attachable false → true,
/// …"; "" when it does not.
std::string network_difference(const Json& spec, const swarm::Network& live);

/// Named volumes whose driver, options or labels change. Volumes are each node's own and are made
/// with the first task there: no request says over the cluster what is there.
std::vector<std::string> volume_notes(const std::vector<Draft>& services);

}  // namespace skep::plan
