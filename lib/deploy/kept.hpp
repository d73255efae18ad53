#pragma once
// A kept release as if it were live: for rollback and `diff --from`.
#include "release/records.hpp"
#include "swarm/snapshot.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace skep::deploy {

/// "kept: r1 released, r2 restored", or "none is kept".
std::string kept_line(const std::vector<release::Kept>& records);

/// The kept release of that number. Throws Error{not_found} naming those that are kept.
const release::Kept& kept_release(const std::vector<release::Kept>& records,
                                  const std::string& stack, std::uint64_t revision);

struct AsIn {
  swarm::Snapshot snapshot;
  struct Missing {
    std::string service;
    std::vector<std::string> users;  // whose credential no running service carries any more
  };
  std::vector<Missing> missing;
};
/// The cluster with the stack's services as that release had them, delivered values as the live
/// ones carry them. Secrets, configs and networks stay as they are. A restart that was asked for
/// since is no difference, nor is the number of tasks where it was an autoscaler's.
AsIn as_in(const release::Kept& kept, const std::string& stack, const swarm::Snapshot& now);

}  // namespace skep::deploy
