#include "deploy/run.hpp"

#include "base/plural.hpp"
#include "base/units.hpp"
#include "check/check.hpp"
#include "deploy/checks.hpp"
#include "deploy/situation.hpp"
#include "watch/step.hpp"
#include "watch/watch.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::deploy {
namespace {

using swarm::Outcome;

// How long checks may stay bad after the rollout: a gateway learns of a new route up to 15 s late.
constexpr Duration kCheckWindow = std::chrono::minutes(1);

}  // namespace

Run::Run(Deps& deps_of, ReleaseOptions options_of, std::string stack_of)
    : deps(deps_of),
      options(std::move(options_of)),
      stack(std::move(stack_of)),
      credentials(deps.credentials()),
      start(deps.clock.now()) {
  if (options.hold && *options.hold >= options.timeout) {
    throw Error(Kind::usage,
                fmt::format("--hold {} leaves no time of --timeout {}",
                            format_duration(*options.hold), format_duration(options.timeout)),
                "give a longer --timeout");
  }
}

double Run::seconds() const {
  return std::chrono::duration<double>(deps.clock.now() - start).count();
}

void Run::phase(const std::string& name, const std::string& detail) const {
  deps.events.emit(PhaseStarted{name, detail});
}

Outcome watch_live(const Run& run, const swarm::Snapshot& snapshot,
                   const std::set<std::string>& autoscaled) {
  std::vector<watch::Expectation> expected;
  for (const auto* service : snapshot.stack_services(run.stack)) {
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
  options.timeout = run.options.timeout;
  options.hold = run.options.hold;
  return watch::watch(run.deps.engine(), run.deps.clock, run.deps.events, run.stack, expected,
                      options, run.deps.stop);
}

Outcome run_checks(const Run& run, const config::Project& project) {
  Outcome outcome;
  outcome.good = true;
  if (project.checks.empty() || run.options.detach) return outcome;
  run.phase("check", plural(project.checks.size(), "check"));
  const auto results = check::run(
      to_checks(run.deps.events, project), run.deps.clock, run.deps.events,
      run.deps.clock.now() + std::min<Duration>(run.options.timeout, kCheckWindow), run.deps.stop);
  outcome.message = failures(results);
  outcome.good = outcome.message.empty();
  if (!outcome.good) outcome.cause = Cause::check;
  return outcome;
}

Ended ended(const Run& run, std::uint64_t release, Result result, const Outcome& outcome) {
  Ended event;
  event.exit = exit_status(result);
  event.result = result;
  event.cause = outcome.cause;
  event.stack = run.stack;
  event.release = release;
  for (const auto& [service, state] : outcome.services) event.services[service] = state;
  event.message = outcome.message;
  return event;
}

}  // namespace skep::deploy
