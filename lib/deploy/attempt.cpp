#include "deploy/attempt.hpp"

#include "deploy/verdict.hpp"

#include <fmt/format.h>

namespace skep::deploy {
namespace {

/// The release is good by now, whatever becomes of this: going back for it would only do harm.
/// False: what was not done is left out of the record's fingerprint, so that the next release looks
/// again.
bool settle(const Run& run, const Decision& decision, const DatabaseResult& database) {
  if (run.options.detach && !database.to_drop.empty()) {
    run.deps.events.emit(
        Note{"--detach: the database's old users stay until the next `skep mongo ensure`"});
    return false;
  }
  try {
    settle_database(run.deps, *decision.loaded, decision.situation.snapshot, run.credentials,
                    database, run.options.database_timeout);
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    if (error.kind() == Kind::interrupted) throw;
    Diagnostic problem = as_diagnostic(error);
    problem.severity = Severity::warning;
    problem.message =
        fmt::format("the database keeps what only the old tasks needed: {}", problem.message);
    problem.hint = "`skep mongo ensure` takes it away";
    run.deps.events.emit(Warned{problem});
    return false;
  }
  return true;
}

/// What is written and what is done stands in `attempt` also when this throws.
void attempt_it(const Run& run, const Decision& decision, const release::Kept& record,
                Attempt& attempt) {
  const Situation& situation = decision.situation;
  if (situation.database.wanted && situation.database.due) {
    run.phase("database", "ensuring the users");
    attempt.database =
        ensure_database(run.deps, *decision.loaded, situation.snapshot, run.credentials,
                        run.options.database_timeout, run.options.rotate);
    run.deps.events.emit(Note{attempt.database.summary});
    attempt.plan = plan_with(decision, attempt.database.injections);
  }
  run.phase("rollout", fmt::format("stack {}", run.stack));
  auto asked = callbacks(run);
  asked.before_write = [&] { attempt.last_write = run.deps.clock.now(); };
  asked.task_done = [&](const std::string& task) {
    release::mark_ran(run.deps.engine(), record, task, run.deps.stop);
    attempt.ran.push_back(task);
  };
  auto options = rollout_options(run);
  options.wait = !run.options.detach;
  attempt.outcome = rollout::roll_out(run.deps.engine(), run.deps.clock, run.deps.events,
                                      attempt.plan, asked, options, run.deps.stop);
  if (!attempt.outcome.good) return;
  const auto checked = run_checks(run, decision.loaded->project);
  if (!checked.good) {
    attempt.outcome.good = false;
    attempt.outcome.cause = checked.cause;
    attempt.outcome.message = checked.message;
    return;
  }
  attempt.settled = settle(run, decision, attempt.database);
}

}  // namespace

Attempt forward(const Run& run, const Decision& decision, const release::Kept& record) {
  Attempt attempt;
  attempt.plan = decision.situation.plan;
  try {
    attempt_it(run, decision, record, attempt);
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    attempt.outcome = failed_outcome(error, attempt.last_write.has_value());
    if (error.kind() != Kind::interrupted) run.deps.events.emit(Warned{as_diagnostic(error)});
  }
  return attempt;
}

rollout::Callbacks callbacks(const Run& run) {
  rollout::Callbacks asked;
  asked.registry_auth = [&run](const std::string& image) {
    return registry_auth_of(run.credentials, image);
  };
  return asked;
}

rollout::Options rollout_options(const Run& run) {
  rollout::Options options;
  options.timeout = run.options.timeout;
  options.hold = run.options.hold;
  return options;
}

}  // namespace skep::deploy
