#pragma once
// A release is tried: database, rollout, checks.
#include "deploy/database.hpp"
#include "deploy/decision.hpp"
#include "deploy/run.hpp"
#include "plan/plan.hpp"
#include "release/records.hpp"
#include "rollout/rollout.hpp"
#include "swarm/outcome.hpp"

#include <optional>
#include <string>
#include <vector>

namespace skep::deploy {

/// What came of it, however far it got.
struct Attempt {
  swarm::Outcome outcome;
  plan::Plan plan;                      // that was carried out: with the values to deliver
  DatabaseResult database;              // what was done there
  bool settled = true;                  // nothing is left there that only the old tasks needed
  std::vector<std::string> ran;         // one-offs that succeeded
  std::optional<TimePoint> last_write;  // that the rollout sent
};

/// Carries a decision out, under the pending `record`. What fails is in the outcome; never throws.
Attempt forward(const Run& run, const Decision& decision, const release::Kept& record);

/// What a rollout of this run asks back, without its own bookkeeping.
rollout::Callbacks callbacks(const Run& run);
/// How long a rollout of this run may take.
rollout::Options rollout_options(const Run& run);

}  // namespace skep::deploy
