#include "deploy/way_back.hpp"

#include "deploy/verdict.hpp"
#include "plan/actions.hpp"
#include "plan/plan.hpp"
#include "plan/way_back.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace skep::deploy {
namespace {

using swarm::Outcome;

/// By full name: the specs that a service can have without anybody else's doing, which are what was
/// live, and what this run wrote.
std::map<std::string, std::vector<swarm::Spec>> specs_without_others(const Situation& situation,
                                                                     const plan::Plan& written) {
  std::map<std::string, std::vector<swarm::Spec>> specs;
  for (const auto* live : situation.snapshot.stack_services(written.stack))
    specs[live->name].push_back(live->spec);
  for (const auto& one : plan::written_by(written)) specs[*one.name].push_back(*one.spec);
  return specs;
}

struct Goal {
  swarm::Snapshot snapshot;
  std::vector<std::string> foreign;  // full names of services that stay as somebody else left them
};

/// Takes services that somebody else changed or removed meanwhile as they are now.
Goal leave_foreign(const Decision& decision, const plan::Plan& written,
                   const swarm::Snapshot& before, const swarm::Snapshot& now) {
  const auto known_specs = specs_without_others(decision.situation, written);
  Goal target{before, {}};
  for (auto& service : target.snapshot.services) {
    if (service.spec.label(swarm::kNamespaceLabel) != decision.loaded->stack) continue;
    const auto* live = now.find_service(service.name);
    if (live == nullptr) continue;
    const bool autoscaled = decision.situation.autoscaled.contains(service.name);
    if (autoscaled) service.spec.keep_replicas_of(live->spec);
    const auto known = known_specs.find(service.name);
    if (known == known_specs.end() || live->spec == service.spec) continue;
    const auto is_live = [&](swarm::Spec spec) {
      if (autoscaled) spec.keep_replicas_of(live->spec);
      return spec == live->spec;
    };
    if (std::any_of(known->second.begin(), known->second.end(), is_live)) continue;
    target.foreign.push_back(service.name);
    service.spec = live->spec;
  }
  return target;
}

Outcome way_back(const Run& run, const Decision& decision, const swarm::Snapshot& before,
                 const Attempt& attempt) {
  const auto now = read_cluster(run.deps, *decision.loaded);
  const auto [target, foreign] = leave_foreign(decision, attempt.plan, before, now);
  const auto& autoscaled = decision.situation.autoscaled;
  plan::Plan plan = plan::way_back(run.stack, target, now);
  keep_live_replicas(plan, autoscaled);
  for (const auto& note : plan.notes) run.deps.events.emit(Note{note});
  auto options = rollout_options(run);
  // A new job has as long as the release had; then it is stopped.
  if (attempt.last_write) options.jobs_until = after(*attempt.last_write, run.options.timeout);
  auto outcome = rollout::roll_out(run.deps.engine(), run.deps.clock, run.deps.events, plan,
                                   callbacks(run), options, run.deps.stop);
  if (outcome.good) outcome.message = fmt::format("{}", fmt::join(plan.notes, ", "));
  if (outcome.good && !foreign.empty()) {
    outcome.good = false;
    outcome.cause = Cause::conflict;
    outcome.message = fmt::format("somebody else changed {} in the meantime, which stays as it is",
                                  fmt::join(foreign, ", "));
  }
  if (!outcome.good || before.stack_services(run.stack).empty()) return outcome;
  // What the engine itself rolled back needed no write, and is only watched.
  const auto watched = watch_live(run, read_cluster(run.deps, *decision.loaded), autoscaled);
  outcome.services = watched.services;
  if (!watched.good) {
    outcome.good = false;
    outcome.cause = watched.cause;
    outcome.message = watched.message;
  }
  return outcome;
}

}  // namespace

Outcome go_back(const Run& run, const Decision& decision, const swarm::Snapshot& before,
                const Attempt& attempt) {
  try {
    return way_back(run, decision, before, attempt);
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    if (error.kind() != Kind::interrupted) run.deps.events.emit(Warned{as_diagnostic(error)});
    return failed_outcome(error, true);
  }
}

}  // namespace skep::deploy
