// The way back of a release that failed after its first change.
#include "deploy/run.hpp"
#include "deploy/verdict.hpp"
#include "plan/plan.hpp"
#include "plan/way_back.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::deploy {

using swarm::Cause;
using swarm::Outcome;
using swarm::Result;

void Run::expect_specs(const Situation& situation) {
  for (const auto* live : situation.snapshot.stack_services(loaded_.stack))
    known_specs_[live->name].push_back(live->spec);
  for (const auto& stage : situation.plan.stages) {
    for (const auto& action : stage.actions) {
      if (const auto* create = std::get_if<plan::CreateService>(&action))
        known_specs_[create->name].push_back(create->spec);
      if (const auto* update = std::get_if<plan::UpdateService>(&action))
        known_specs_[update->name].push_back(update->spec);
    }
  }
}

std::vector<std::string> Run::leave_foreign(swarm::Snapshot& before,
                                            const swarm::Snapshot& now) const {
  std::vector<std::string> foreign;
  for (auto& service : before.services) {
    if (service.spec.label(swarm::kNamespaceLabel) != loaded_.stack) continue;
    const auto* live = now.find_service(service.name);
    if (live == nullptr) continue;
    const bool autoscaled = autoscaled_.contains(service.name);
    if (autoscaled) service.spec.keep_replicas_of(live->spec);
    const auto known = known_specs_.find(service.name);
    if (known == known_specs_.end() || live->spec == service.spec) continue;
    const auto is_live = [&](swarm::Spec spec) {
      if (autoscaled) spec.keep_replicas_of(live->spec);
      return spec == live->spec;
    };
    if (std::any_of(known->second.begin(), known->second.end(), is_live)) continue;
    foreign.push_back(service.name);
    service.spec = live->spec;
  }
  return foreign;
}

Ended Run::go_back(const Situation& situation, const Outcome& failure) {
  deps_.events.emit(
      Note{fmt::format("release r{} failed: {}", record_->record.number, failure.message)});
  const bool first = situation.snapshot.stack_services(loaded_.stack).empty();
  emit_phase("way back",
             first ? "the first release: to nothing" : "to the specs from before this release");
  Outcome back;
  try {
    back = way_back(situation.snapshot);
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    back = failed_outcome(error, true);
    if (error.kind() != Kind::interrupted) deps_.events.emit(Warned{as_diagnostic(error)});
  }
  Outcome shown = failure;
  shown.services = back.services;
  if (back.cause == Cause::lock) return lost_to_another_run(shown);
  if (!back.good) {
    close_books("torn");
    auto result = ended(Result::torn, shown);
    result.message = fmt::format(
        "{}; going back failed too: {}; look at `skep status {}`, then `skep release` again or put "
        "it right by hand",
        first_line(failure.message), first_line(back.message), loaded_.stack);
    return result;
  }
  close_books("restored");
  auto result = ended(Result::restored, shown);
  result.message =
      fmt::format("{}; {}", first_line(failure.message),
                  first ? "nothing is left of it" : "the previous release is back and healthy");
  if (!back.message.empty()) result.message += "; " + back.message;
  if (!ran_.empty())
    result.message += fmt::format("; what {} did is not undone", fmt::join(ran_, ", "));
  if (database_.changed) result.message += "; the database is not rolled back";
  return result;
}

Outcome Run::way_back(const swarm::Snapshot& before) {
  const auto now = read_cluster(deps_, loaded_);
  swarm::Snapshot target = before;
  const auto foreign = leave_foreign(target, now);
  plan::Plan plan = plan::way_back(loaded_.stack, target, now);
  keep_live_replicas(plan, autoscaled_);
  for (const auto& note : plan.notes) deps_.events.emit(Note{note});
  rollout::Options options;
  options.timeout = options_.timeout;
  options.hold = options_.hold;
  // A new job has as long as the release had; then it is stopped.
  if (last_write_) options.jobs_until = after(*last_write_, options_.timeout);
  auto outcome = rollout::roll_out(deps_.engine(), deps_.clock, deps_.events, plan, callbacks(),
                                   options, deps_.stop);
  if (outcome.good) outcome.message = fmt::format("{}", fmt::join(plan.notes, ", "));
  if (outcome.good && !foreign.empty()) {
    outcome.good = false;
    outcome.cause = Cause::conflict;
    outcome.message = fmt::format("somebody else changed {} in the meantime, which stays as it is",
                                  fmt::join(foreign, ", "));
  }
  if (!outcome.good || before.stack_services(loaded_.stack).empty()) return outcome;
  // What the engine itself rolled back needed no write, and is only watched.
  const auto watched = watch_live(read_cluster(deps_, loaded_), autoscaled_);
  outcome.services = watched.services;
  if (!watched.good) {
    outcome.good = false;
    outcome.cause = watched.cause;
    outcome.message = watched.message;
  }
  return outcome;
}

}  // namespace skep::deploy
