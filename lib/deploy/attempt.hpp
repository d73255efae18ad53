#pragma once
// Tries a release: database, rollout, checks.
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

/// The result, however far the attempt got.
struct Attempt {
  swarm::Outcome outcome;
  plan::Plan plan;                      // the one carried out, with the values to deliver
  DatabaseResult database;              // what was done in the database
  bool settled = true;                  // the database has nothing left that only old tasks needed
  std::vector<std::string> ran;         // one-offs that succeeded
  std::optional<TimePoint> last_write;  // that the rollout sent
};

/// Carries out a decision, under the pending `record`. Never throws: a failure is in the outcome.
Attempt forward(const Run& run, const Decision& decision, const release::Kept& record);

/// The callbacks of this run's rollouts, without any bookkeeping.
rollout::Callbacks callbacks(const Run& run);
/// How long a rollout of this run may take.
rollout::Options rollout_options(const Run& run);

}  // namespace skep::deploy
