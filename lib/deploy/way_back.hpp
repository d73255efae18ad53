#pragma once
// Goes back after a release that failed after its first change.
#include "deploy/attempt.hpp"
#include "deploy/decision.hpp"
#include "deploy/run.hpp"

namespace skep::deploy {

/// Brings the stack to `before` (from inherited()), except services that somebody else changed
/// meanwhile, and watches until it is healthy. Never throws: a failure is in the outcome; after a
/// lost lock its cause is `lock`.
swarm::Outcome go_back(const Run& run, const Decision& decision, const swarm::Snapshot& before,
                       const Attempt& attempt);

}  // namespace skep::deploy
