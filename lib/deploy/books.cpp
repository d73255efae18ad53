#include "deploy/books.hpp"

#include "base/time_limit.hpp"
#include "deploy/verdict.hpp"
#include "oneshot/oneshot.hpp"
#include "release/clean_up.hpp"
#include "swarm/record.hpp"

#include <fmt/format.h>

namespace skep::deploy {
namespace {

constexpr Duration kBooks = std::chrono::seconds(60);

}  // namespace

void close_books(const Run& run, const release::Kept& record, swarm::RecordState state,
                 const std::string& fingerprint) {
  const TimeLimit limit(kBooks);
  const std::uint64_t number = record.record.number;
  const auto warn = [&run](const std::string& what, const Error& error) {
    Diagnostic problem = as_diagnostic(error);
    problem.severity = Severity::warning;
    problem.message = fmt::format("{}: {}", what, problem.message);
    run.deps.events.emit(Warned{problem});
  };
  try {
    swarm::Labels more;
    if (state == swarm::RecordState::released) more[swarm::kDatabaseLabel] = fingerprint;
    release::finish(run.deps.engine(), record, state, run.seconds(), more, limit.token());
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    warn(fmt::format("the record of r{} stays pending", number), error);
    return;  // what it refers to must stay
  }
  if (state != swarm::RecordState::released && state != swarm::RecordState::restored) return;
  try {
    // One-offs that an interrupted run left and this one did not want.
    for (const auto& name : oneshot::sweep(run.deps.engine(), run.stack, true, limit.token()))
      run.deps.events.emit(Wrote{"remove", "one-shot", name, "left by an interrupted run"});
    release::clean_up(run.deps.engine(), run.deps.events, run.stack, limit.token());
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    warn("what is no longer needed was not cleaned up", error);
  }
}

}  // namespace skep::deploy
