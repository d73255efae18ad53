#include "deploy/run_to_end.hpp"

#include "base/json.hpp"
#include "deploy/verdict.hpp"
#include "plan/format.hpp"
#include "plan/to_json.hpp"
#include "release/lock.hpp"

#include <fmt/format.h>

namespace skep::deploy {
namespace {

void show_plan(Deps& deps, const plan::Plan& plan) {
  deps.events.emit(Planned{plan::format(plan), dump_json(plan::to_json(plan))});
}

/// "kittenapi 2/2, worker 1/1" of what is live.
Ended watch_unchanged(Run& run, const Situation& situation) {
  run.emit_phase("watch", "nothing to change; watching until healthy");
  const auto outcome = run.watch_live(situation.snapshot, situation.autoscaled);
  if (!outcome.good) return run.ended(swarm::Result::failed, outcome);
  const auto checked = run.run_checks();
  if (!checked.good) return run.ended(swarm::Result::failed, checked);
  std::string message = "nothing to change";
  if (situation.database.wanted && !run.options().verify) {
    message +=
        fmt::format("; database user not verified since r{}", situation.database.verified_in);
  }
  auto ended = run.ended(swarm::Result::unchanged, outcome);
  ended.message = message;
  return ended;
}

Ended under_lock(Run& run, const Reader& read) {
  Situation situation = read();
  Deps& deps = run.deps();
  const ReleaseOptions& options = run.options();
  const std::string& stack = run.loaded().stack;
  if (options.verify && !situation.database.due) run.verify(situation);
  if (options.dry_run) {
    show_plan(deps, situation.plan);
    if (situation.nothing_to_do()) return ended_well("unchanged", stack, "nothing to change");
    Ended ended = ended_well("pending", stack, "changes are pending; nothing was changed");
    if (!options.exit_code) ended.exit = 0;
    return ended;
  }
  // A lock that is held is waited for, or taken over from a holder that died: what it was about to
  // write is not known.
  const bool held = release::lock_holder(deps.engine(), stack, deps.stop).has_value();
  if (situation.nothing_to_do() && !held) return watch_unchanged(run, situation);
  const auto lock = take_lock(deps, stack, options.wait_lock);
  return with_lock(deps, *lock, [&] {
    const bool database_due = situation.database.due;
    situation = read();
    situation.database.due = situation.database.due || database_due;
    if (situation.nothing_to_do()) return watch_unchanged(run, situation);
    show_plan(deps, situation.plan);
    return run.carry_out(situation, *lock);
  });
}

}  // namespace

Ended run_to_end(Run& run, const Reader& read) {
  Ended ended;
  try {
    ended = under_lock(run, read);
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    run.deps().events.emit(Warned{as_diagnostic(error)});
    ended = ended_by(error, run.loaded().stack);
  }
  ended.seconds = run.seconds();
  run.deps().events.emit(ended);
  return ended;
}

}  // namespace skep::deploy
