#include "deploy/carry_out.hpp"

#include "deploy/attempt.hpp"
#include "deploy/books.hpp"
#include "deploy/record.hpp"
#include "deploy/verdict.hpp"
#include "deploy/way_back.hpp"
#include "release/records.hpp"

#include <fmt/format.h>

namespace skep::deploy {
namespace {

using swarm::Outcome;

bool is_lost(release::Lock& lock) {
  try {
    lock.confirm();
  } catch (const Error& error) {
    return error.kind() == Kind::lock;  // else the engine is away, which the next write says
  }
  return false;
}

/// What the end of a release is told from.
struct Tried {
  const Run& run;
  const Decision& decision;
  const swarm::Snapshot& before;  // where a failure goes back to
  const release::Kept& record;
  const Attempt& attempt;

  Ended ended(Result result, const Outcome& outcome, std::string message) const {
    auto event = deploy::ended(run, record.record.number, result, outcome);
    event.message = std::move(message);
    return event;
  }
};

std::string services_line(const std::string& stack, const Outcome& outcome) {
  std::vector<std::string> words;
  const std::string prefix = stack + "_";
  for (const auto& [service, state] : outcome.services) {
    words.push_back(fmt::format(
        "{} {}", service.rfind(prefix, 0) == 0 ? service.substr(prefix.size()) : service, state));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

/// Whoever took the lock over closes this run's record, and goes on from what it finds.
Ended lost_to_another_run(const Tried& tried, const Outcome& outcome) {
  auto lost = outcome;
  lost.cause = Cause::lock;
  return tried.ended(
      Result::locked, lost,
      fmt::format("the lock of stack \"{}\" was lost to another run, which decides what becomes "
                  "of r{}; nothing was written after that",
                  tried.run.stack, tried.record.record.number));
}

/// The value of the record's fingerprint label. The last release's stays while no users are named.
std::string fingerprint_of(const Tried& tried) {
  const project::Loaded& loaded = *tried.decision.loaded;
  if (!users_of(loaded).empty())
    return tried.attempt.settled ? database_fingerprint(loaded, tried.before) : "";
  const auto* last = release::last_released(tried.decision.situation.records);
  return last != nullptr ? last->fingerprint : "";
}

Ended released(const Tried& tried) {
  close_books(tried.run, tried.record, swarm::RecordState::released, fingerprint_of(tried));
  const Outcome& outcome = tried.attempt.outcome;
  return tried.ended(Result::released, outcome,
                     tried.run.options.detach ? "written; not waited for (--detach)"
                                              : services_line(tried.run.stack, outcome));
}

Ended went_back(const Tried& tried) {
  const Run& run = tried.run;
  const Outcome& failure = tried.attempt.outcome;
  run.deps.events.emit(
      Note{fmt::format("release r{} failed: {}", tried.record.record.number, failure.message)});
  const bool first = tried.before.stack_services(run.stack).empty();
  run.phase("way back",
            first ? "the first release: to nothing" : "to the specs from before this release");
  const Outcome back = go_back(run, tried.decision, tried.before, tried.attempt);
  Outcome shown = failure;
  shown.services = back.services;
  if (back.cause == Cause::lock) return lost_to_another_run(tried, shown);
  if (!back.good) {
    close_books(run, tried.record, swarm::RecordState::torn);
    return tried.ended(
        Result::torn, shown,
        fmt::format("{}; going back failed too: {}; look at `skep status {}`, then `skep release` "
                    "again or put it right by hand",
                    first_line(failure.message), first_line(back.message), run.stack));
  }
  close_books(run, tried.record, swarm::RecordState::restored);
  auto message =
      fmt::format("{}; {}", first_line(failure.message),
                  first ? "nothing is left of it" : "the previous release is back and healthy");
  if (!back.message.empty()) message += "; " + back.message;
  if (!tried.attempt.ran.empty())
    message += fmt::format("; what {} did is not undone", fmt::join(tried.attempt.ran, ", "));
  if (tried.attempt.database.changed) message += "; the database is not rolled back";
  return tried.ended(Result::restored, shown, std::move(message));
}

Ended close(const Tried& tried, release::Lock& lock) {
  const Outcome& outcome = tried.attempt.outcome;
  const Run& run = tried.run;
  if (outcome.cause == Cause::lock || is_lost(lock)) return lost_to_another_run(tried, outcome);
  if (outcome.good) return released(tried);
  if (outcome.cause == Cause::interrupted) {
    close_books(run, tried.record, swarm::RecordState::interrupted);
    return tried.ended(
        Result::interrupted, outcome,
        outcome.changed ? "the stack is between two releases; the next release goes on from there"
                        : "nothing was changed in the stack");
  }
  const auto why = first_line(outcome.message);
  if (!outcome.changed) {
    close_books(run, tried.record, swarm::RecordState::failed);
    return tried.ended(Result::failed, outcome, why + "; the stack is as it was before");
  }
  if (!run.options.rollback) {
    close_books(run, tried.record, swarm::RecordState::torn);
    return tried.ended(Result::torn, outcome,
                       why + "; left as it is (--no-rollback): `skep diff` shows what is pending");
  }
  return went_back(tried);
}

}  // namespace

Ended carry_out(const Run& run, const Decision& decision, release::Lock& lock) {
  Deps& deps = run.deps;
  const swarm::Snapshot before = inherited(decision.situation);
  if (const auto* left = decision.situation.pending_record()) {
    deps.events.emit(
        Note{fmt::format("release r{} was interrupted; going on from there", left->record.number)});
    release::finish(deps.engine(), *left, swarm::RecordState::interrupted, 0, {}, deps.stop);
  }
  const auto record =
      release::write_pending(deps.engine(), make_record(run, decision, before), deps.stop);
  const Attempt attempt = forward(run, decision, record);
  return close({run, decision, before, record, attempt}, lock);
}

}  // namespace skep::deploy
