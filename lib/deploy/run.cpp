#include "deploy/run.hpp"

#include "base/parallel.hpp"
#include "base/time_limit.hpp"
#include "base/units.hpp"
#include "check/check.hpp"
#include "deploy/checks.hpp"
#include "deploy/verdict.hpp"
#include "oneshot/oneshot.hpp"
#include "plan/choices.hpp"
#include "release/clean_up.hpp"
#include "release/lock.hpp"
#include "release/records.hpp"
#include "watch/step.hpp"
#include "watch/watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace skep::deploy {
namespace {

using swarm::Cause;
using swarm::Outcome;
using swarm::Result;

// How long checks may stay bad after the rollout: a gateway learns of a new route up to 15 s late.
constexpr Duration kCheckWindow = std::chrono::minutes(1);
constexpr Duration kBooks = std::chrono::seconds(60);
constexpr const char* kFingerprintLabel = "skep.database";

bool is_lost(release::Lock& lock) {
  try {
    lock.confirm();
  } catch (const Error& error) {
    return error.kind() == Kind::lock;  // else the engine is away, which the next write says
  }
  return false;
}

}  // namespace

Diagnostic as_diagnostic(const Error& error) {
  return {Severity::error, error.loc().value_or(SourceLoc{}), "", error.what(), error.hint()};
}

std::string who(const Env& env) {
  return fmt::format("{}@{}", env.get("USER").value_or(env.get("LOGNAME").value_or("root")),
                     env.host_name);
}

Run::Run(Deps& deps, const ReleaseOptions& options, const project::Loaded& loaded)
    : deps_(deps),
      options_(options),
      loaded_(loaded),
      credentials_(load_credentials(deps)),
      start_(deps.clock.now()) {
  if (options.hold && *options.hold >= options.timeout) {
    throw Error(Kind::usage,
                fmt::format("--hold {} leaves no time of --timeout {}",
                            format_duration(*options.hold), format_duration(options.timeout)),
                "give a longer --timeout");
  }
}

double Run::seconds() const {
  return std::chrono::duration<double>(deps_.clock.now() - start_).count();
}

void Run::emit_phase(const std::string& phase, const std::string& detail) {
  deps_.events.emit(PhaseStarted{phase, detail});
}

plan::Choices Run::early_choices() const {
  plan::Choices choices;
  for (const auto& node : loaded_.project.nodes) choices.node_labels[node.node] = node.labels;
  choices.resume = options_.resume;
  choices.recreate = options_.recreate;
  return choices;
}

std::unique_ptr<release::Lock> take_lock(Deps& deps, const std::string& stack, Duration wait) {
  // Not the guarded one: the lock would ask itself.
  return release::Lock::take(deps.engine().unguarded(), deps.clock, deps.events, stack,
                             who(deps.env), wait, deps.stop);
}

void Run::verify(Situation& situation) {
  if (!situation.database.wanted) return;
  emit_phase("database", "asking the database (--verify)");
  const std::string wrong =
      verify_database(deps_, loaded_, situation.snapshot, credentials_, options_.database_timeout);
  if (wrong.empty()) return;
  deps_.events.emit(Note{wrong});
  situation.database.due = true;
}

Outcome Run::watch_live(const swarm::Snapshot& snapshot, const std::set<std::string>& autoscaled) {
  std::vector<watch::Expectation> expected;
  for (const auto* service : snapshot.stack_services(loaded_.stack)) {
    watch::Expectation expectation;
    expectation.service = service->name;
    expectation.id = service->id;
    expectation.spec = service->spec;
    expectation.baseline = service->update;
    expectation.written = false;
    expectation.live_replicas = autoscaled.contains(service->name);
    expected.push_back(std::move(expectation));
  }
  watch::Options options;
  options.timeout = options_.timeout;
  options.hold = options_.hold;
  return watch::watch(deps_.engine(), deps_.clock, deps_.events, loaded_.stack, expected, options,
                      deps_.stop);
}

Outcome Run::run_checks() {
  Outcome outcome;
  outcome.good = true;
  if (loaded_.project.checks.empty() || options_.detach) return outcome;
  emit_phase("check", fmt::format("{} check{}", loaded_.project.checks.size(),
                                  loaded_.project.checks.size() == 1 ? "" : "s"));
  const auto results = check::run(
      to_checks(deps_.events, loaded_.project), deps_.clock, deps_.events,
      deps_.clock.now() + std::min<Duration>(options_.timeout, kCheckWindow), deps_.stop);
  outcome.message = failures(results);
  outcome.good = outcome.message.empty();
  if (!outcome.good) outcome.cause = Cause::check;
  return outcome;
}

rollout::Callbacks Run::callbacks() {
  return {[this](const std::string& image) { return registry_auth_of(credentials_, image); },
          [this] { last_write_ = deps_.clock.now(); },
          [this](const std::string& task) {
            if (record_) release::mark_ran(deps_.engine(), *record_, task, deps_.stop);
            ran_.push_back(task);
          }};
}

Ended Run::ended(Result result, const Outcome& outcome) const {
  Ended ended;
  ended.exit = swarm::exit_status(result);
  ended.result = swarm::word(result);
  ended.cause = swarm::word(outcome.cause);
  ended.stack = loaded_.stack;
  ended.release = record_ ? record_->record.number : 0;
  for (const auto& [service, state] : outcome.services) ended.services[service] = state;
  ended.message = outcome.message;
  return ended;
}

Ended Run::carry_out(Situation& situation, release::Lock& lock) {
  const swarm::Snapshot before = inherited(situation);
  autoscaled_ = situation.autoscaled;
  if (const auto* left = situation.pending_record()) {
    deps_.events.emit(
        Note{fmt::format("release r{} was interrupted; going on from there", left->record.number)});
    release::finish(deps_.engine(), *left, "interrupted", 0, {}, deps_.stop);
  }
  if (const auto* last = release::last_released(situation.records))
    fingerprint_before_ = last->fingerprint;
  record_ = release::write_pending(deps_.engine(), make_record(situation, before), deps_.stop);
  Outcome outcome;
  try {
    outcome = forward(situation);
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    outcome = failed_outcome(error, last_write_.has_value());
    if (error.kind() != Kind::interrupted) deps_.events.emit(Warned{as_diagnostic(error)});
  }
  situation.snapshot = before;
  return close(situation, outcome, lock);
}

Outcome Run::forward(Situation& situation) {
  if (situation.database.wanted && situation.database.due) {
    emit_phase("database", "ensuring the users");
    database_ = ensure_database(deps_, loaded_, situation.snapshot, credentials_,
                                options_.database_timeout, options_.rotate);
    deps_.events.emit(Note{database_.summary});
    plan_again(situation, loaded_, database_.injections);
  }
  expect_specs(situation);
  emit_phase("rollout", fmt::format("stack {}", loaded_.stack));
  rollout::Options options;
  options.timeout = options_.timeout;
  options.hold = options_.hold;
  options.wait = !options_.detach;
  auto outcome = rollout::roll_out(deps_.engine(), deps_.clock, deps_.events, situation.plan,
                                   callbacks(), options, deps_.stop);
  if (!outcome.good) return outcome;
  const auto checked = run_checks();
  if (!checked.good) {
    outcome.good = false;
    outcome.cause = checked.cause;
    outcome.message = checked.message;
    return outcome;
  }
  settle(situation);
  return outcome;
}

/// The release is good by now, whatever becomes of this: going back for it would only do harm. What
/// was not done is left out of the record's fingerprint, so that the next release looks again.
void Run::settle(const Situation& situation) {
  if (options_.detach && !database_.to_drop.empty()) {
    deps_.events.emit(
        Note{"--detach: the database's old users stay until the next `skep mongo ensure`"});
    settled_ = false;
    return;
  }
  try {
    settle_database(deps_, loaded_, situation.snapshot, credentials_, database_,
                    options_.database_timeout);
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    if (error.kind() == Kind::interrupted) throw;
    settled_ = false;
    Diagnostic problem = as_diagnostic(error);
    problem.severity = Severity::warning;
    problem.message =
        fmt::format("the database keeps what only the old tasks needed: {}", problem.message);
    problem.hint = "`skep mongo ensure` takes it away";
    deps_.events.emit(Warned{problem});
  }
}

/// What happened on the cluster counts, whatever becomes of the bookkeeping: a failure here is a
/// warning. Also after a stop, so that the record does not stay pending: it has a time of its own
/// in place of the stop token.
void Run::close_books(const std::string& state) {
  const TimeLimit limit(kBooks);
  const std::uint64_t number = record_->record.number;
  const auto warn = [this](const std::string& what, const Error& error) {
    Diagnostic problem = as_diagnostic(error);
    problem.severity = Severity::warning;
    problem.message = fmt::format("{}: {}", what, problem.message);
    deps_.events.emit(Warned{problem});
  };
  try {
    swarm::Labels more;
    if (state == "released") {
      more[kFingerprintLabel] = users_of(loaded_).empty() ? fingerprint_before_
                                : settled_ ? database_fingerprint(loaded_, fingerprint_snapshot_)
                                           : "";
    }
    release::finish(deps_.engine(), *record_, state, seconds(), more, limit.token());
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    warn(fmt::format("the record of r{} stays pending", number), error);
    return;  // what it refers to must stay
  }
  if (state != "released" && state != "restored") return;
  try {
    // One-offs that an interrupted run left and this one did not want.
    for (const auto& name : oneshot::sweep(deps_.engine(), loaded_.stack, true, limit.token()))
      deps_.events.emit(Wrote{"remove", "one-shot", name, "left by an interrupted run"});
    release::clean_up(deps_.engine(), deps_.events, loaded_.stack, limit.token());
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    warn("what is no longer needed was not cleaned up", error);
  }
}

/// Whoever took the lock over closes this run's record, and goes on from what it finds.
Ended Run::lost_to_another_run(const Outcome& outcome) const {
  auto result = ended(Result::locked, outcome);
  result.cause = swarm::word(Cause::lock);
  result.message = fmt::format(
      "the lock of stack \"{}\" was lost to another run, which decides what becomes of r{}; "
      "nothing was written after that",
      loaded_.stack, record_->record.number);
  return result;
}

Ended Run::close(Situation& situation, const Outcome& outcome, release::Lock& lock) {
  if (outcome.cause == Cause::lock || is_lost(lock)) return lost_to_another_run(outcome);
  fingerprint_snapshot_ = situation.snapshot;
  if (outcome.good) {
    close_books("released");
    auto result = ended(Result::released, outcome);
    result.message =
        options_.detach ? "written; not waited for (--detach)" : services_line(outcome);
    return result;
  }
  if (outcome.cause == Cause::interrupted) {
    close_books("interrupted");
    auto result = ended(Result::interrupted, outcome);
    result.message = outcome.changed
                         ? "the stack is between two releases; the next release goes on from there"
                         : "nothing was changed in the stack";
    return result;
  }
  if (!outcome.changed) {
    close_books("failed");
    auto result = ended(Result::failed, outcome);
    result.message = first_line(outcome.message) + "; the stack is as it was before";
    return result;
  }
  if (!options_.rollback) {
    close_books("torn");
    auto result = ended(Result::torn, outcome);
    result.message = first_line(outcome.message) +
                     "; left as it is (--no-rollback): `skep diff` shows what is pending";
    return result;
  }
  return go_back(situation, outcome);
}

std::string Run::services_line(const Outcome& outcome) const {
  std::vector<std::string> words;
  const std::string prefix = loaded_.stack + "_";
  for (const auto& [service, state] : outcome.services) {
    words.push_back(fmt::format(
        "{} {}", service.rfind(prefix, 0) == 0 ? service.substr(prefix.size()) : service, state));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace skep::deploy
