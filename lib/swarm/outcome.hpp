#pragma once
// What a rollout says happened, as a value.
#include "base/outcome.hpp"

#include <map>
#include <string>

namespace skep::swarm {

/// The result of a rollout: whether every stage was written and reached what it waited for.
struct Outcome {
  bool good = false;
  Cause cause = Cause::none;
  std::string message;                          // one line; which service, and why
  bool changed = false;                         // at least one write reached the cluster
  std::map<std::string, std::string> services;  // full name → last state
};

}  // namespace skep::swarm
