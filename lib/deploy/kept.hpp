#pragma once
// A kept release in the form of a live one: for rollback and `diff --from`.
#include "release/records.hpp"
#include "swarm/snapshot.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace skep::deploy {

/// "kept: r1 released, r2 restored", or "none is kept".
std::string kept_line(const std::vector<release::Kept>& records);

/// The kept release with that number. Throws Error{not_found} naming the kept ones.
const release::Kept& kept_release(const std::vector<release::Kept>& records,
                                  const std::string& stack, std::uint64_t revision);

struct AsIn {
  swarm::Snapshot snapshot;
  struct Missing {
    std::string service;
    std::vector<std::string> users;  // users whose credential no running service carries any more
  };
  std::vector<Missing> missing;
};
/// The cluster as it would be with the stack's services of that release. Delivered values are those
/// of the live services; secrets, configs and networks stay as they are. A restart since then does
/// not count as a difference, nor does a number of tasks that an autoscaler sets.
AsIn as_in(const release::Kept& kept, const std::string& stack, const swarm::Snapshot& now);

}  // namespace skep::deploy
