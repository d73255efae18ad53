#pragma once
// The way back of a release that failed after its first change.
#include "deploy/attempt.hpp"
#include "deploy/decision.hpp"
#include "deploy/run.hpp"

namespace skep::deploy {

/// Brings the stack to `before` (as inherited() gave it), but for services that somebody else
/// changed meanwhile, and watches until it is healthy. Never throws: what fails is in the outcome;
/// a lost lock is its cause.
swarm::Outcome go_back(const Run& run, const Decision& decision, const swarm::Snapshot& before,
                       const Attempt& attempt);

}  // namespace skep::deploy
