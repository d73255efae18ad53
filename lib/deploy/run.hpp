#pragma once
// One release from the lock to its outcome: record, database, rollout, checks, and the way back.
#include "deploy/options.hpp"
#include "deploy/situation.hpp"
#include "docker/config.hpp"
#include "plan/choices.hpp"
#include "release/lock.hpp"
#include "release/records.hpp"
#include "rollout/rollout.hpp"
#include "swarm/outcome.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace skep::deploy {

/// Takes the stack's lock. Throws Error{lock}.
std::unique_ptr<release::Lock> take_lock(Deps& deps, const std::string& stack, Duration wait);

/// Runs `f` under the lock: each write through deps.engine() confirms it first, and throws
/// Error{lock} once it is lost. Frees it on every way out. (Not a guard object: destructors do no
/// I/O.)
template <typename F>
auto with_lock(Deps& deps, release::Lock& lock, F f) {
  const auto end = [&] {
    deps.engine().ask_before_writes({});
    lock.free();
  };
  deps.engine().ask_before_writes([&lock] { lock.confirm(); });
  try {
    auto result = f();
    end();
    return result;
  } catch (...) {
    end();
    throw;
  }
}

class Run {
 public:
  Run(Deps& deps, const ReleaseOptions& options, const project::Loaded& loaded);

  Deps& deps() { return deps_; }
  const ReleaseOptions& options() const { return options_; }
  const project::Loaded& loaded() const { return loaded_; }
  const docker::Credentials& credentials() const { return credentials_; }
  double seconds() const;
  void emit_phase(const std::string& phase, const std::string& detail);

  /// What preflight can judge before any image is known.
  plan::Choices early_choices() const;
  /// Asks the database; makes its need due when something is wrong there.
  void verify(Situation& situation);
  /// Watches the stack's live services until they are healthy, with no write before.
  swarm::Outcome watch_live(const swarm::Snapshot& snapshot,
                            const std::set<std::string>& autoscaled);
  swarm::Outcome run_checks();
  /// From the pending record on: any failure leads to the way back.
  Ended carry_out(Situation& situation, release::Lock& lock);

  /// An outcome event of what happened.
  Ended ended(swarm::Result result, const swarm::Outcome& outcome) const;

 private:
  swarm::Outcome forward(Situation& situation);
  void settle(const Situation& situation);
  Ended close(Situation& situation, const swarm::Outcome& outcome, release::Lock& lock);
  /// The outcome of a run that must not write any more.
  Ended lost_to_another_run(const swarm::Outcome& outcome) const;
  Ended go_back(const Situation& situation, const swarm::Outcome& failure);
  swarm::Outcome way_back(const swarm::Snapshot& before);
  /// Remembers what specs a service can have without anybody else's doing: what was live, and what
  /// this run writes.
  void expect_specs(const Situation& situation);
  /// Takes services that somebody else changed or removed meanwhile as they are now; their names.
  std::vector<std::string> leave_foreign(swarm::Snapshot& before, const swarm::Snapshot& now) const;
  void close_books(const std::string& state);
  rollout::Callbacks callbacks();
  /// Where a failure goes back to: what is live, but for what an interrupted release had written,
  /// or left paused half-way, that release's own way back (design §5).
  swarm::Snapshot inherited(const Situation& situation) const;
  swarm::Record make_record(const Situation& situation, const swarm::Snapshot& before) const;
  std::vector<swarm::RecordedTask> tasks_of(const Situation& situation) const;
  std::string services_line(const swarm::Outcome& outcome) const;

  Deps& deps_;
  const ReleaseOptions& options_;
  const project::Loaded& loaded_;
  docker::Credentials credentials_;
  TimePoint start_;
  std::optional<release::Kept> record_;
  DatabaseResult database_;
  bool settled_ = true;  // nothing is left in the database that only the old tasks needed
  std::map<std::string, std::vector<swarm::Spec>> known_specs_;  // by full service name
  std::set<std::string> autoscaled_;                             // full names
  std::vector<std::string> ran_;         // one-offs that succeeded in this run
  std::optional<TimePoint> last_write_;  // that the rollout sent
  swarm::Snapshot fingerprint_snapshot_;
  std::string fingerprint_before_;  // of the last release: stays while no users are named here
};

/// Who releases: user@host of this process.
std::string who(const Env& env);
/// An error as a problem to show; its hint and place are kept.
Diagnostic as_diagnostic(const Error& error);

}  // namespace skep::deploy
