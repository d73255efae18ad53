#include "deploy/run_to_end.hpp"

#include "deploy/carry_out.hpp"
#include "deploy/lock.hpp"
#include "deploy/verdict.hpp"
#include "plan/plan.hpp"
#include "release/lock.hpp"

#include <fmt/format.h>

#include <memory>

namespace skep::deploy {
namespace {

void show_plan(Deps& deps, const plan::Plan& plan) {
  deps.events.emit(Planned{std::make_shared<const plan::Plan>(plan)});
}

/// "kittenapi 2/2, worker 1/1" of what is live.
Ended watch_unchanged(const Run& run, const Decision& decision) {
  const Situation& situation = decision.situation;
  run.phase("watch", "nothing to change; watching until healthy");
  const auto outcome = watch_live(run, situation.snapshot, situation.autoscaled);
  if (!outcome.good) return ended(run, 0, Result::failed, outcome);
  const auto checked = run_checks(run, decision.loaded->project);
  if (!checked.good) return ended(run, 0, Result::failed, checked);
  std::string message = "nothing to change";
  if (situation.database.wanted && !run.options.verify) {
    message +=
        fmt::format("; database user not verified since r{}", situation.database.verified_in);
  }
  auto event = ended(run, 0, Result::unchanged, outcome);
  event.message = message;
  return event;
}

/// Asks the database (--verify). True: something is wrong there, which was told.
bool database_is_wrong(const Run& run, const Decision& decision) {
  const auto& database = decision.situation.database;
  if (!run.options.verify || database.due || !database.wanted) return false;
  run.phase("database", "asking the database (--verify)");
  const std::string wrong = verify_database(run.deps, *decision.loaded, decision.situation.snapshot,
                                            run.credentials, run.options.database_timeout);
  if (!wrong.empty()) run.deps.events.emit(Note{wrong});
  return !wrong.empty();
}

/// The same decision; `due`: the database's users are to be ensured in any case.
Decision due_now(Decision decision, bool due) {
  decision.situation.database.due |= due;
  return decision;
}

Ended only_shown(const Run& run, const Situation& situation) {
  show_plan(run.deps, situation.plan);
  if (situation.nothing_to_do())
    return ended_well(Result::unchanged, run.stack, "nothing to change");
  Ended event = ended_well(Result::pending, run.stack, "changes are pending; nothing was changed");
  if (!run.options.exit_code) event.exit = 0;
  return event;
}

Ended under_lock(const Run& run, const Reader& read) {
  auto read_first = read();
  const bool due = database_is_wrong(run, read_first) || read_first.situation.database.due;
  const Decision first = due_now(std::move(read_first), due);
  if (run.options.dry_run) return only_shown(run, first.situation);
  // A lock that is held is waited for, or taken over from a holder that died: what it was about to
  // write is not known.
  const bool held = release::lock_holder(run.deps.engine(), run.stack, run.deps.stop).has_value();
  if (first.situation.nothing_to_do() && !held) return watch_unchanged(run, first);
  const auto lock = take_lock(run.deps, run.stack, run.options.wait_lock);
  return with_lock(run.deps, *lock, [&] {
    const Decision decision = due_now(read(), due);
    if (decision.situation.nothing_to_do()) return watch_unchanged(run, decision);
    show_plan(run.deps, decision.situation.plan);
    return carry_out(run, decision, *lock);
  });
}

}  // namespace

Ended run_to_end(const Run& run, const Reader& read) {
  Ended event;
  try {
    event = under_lock(run, read);
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    run.deps.events.emit(Warned{as_diagnostic(error)});
    event = ended_by(error, run.stack);
  }
  event.seconds = run.seconds();
  run.deps.events.emit(event);
  return event;
}

}  // namespace skep::deploy
