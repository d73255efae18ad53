#include "ops/auth_refresh.hpp"

#include "base/plural.hpp"
#include "deploy/live.hpp"
#include "deploy/lock.hpp"
#include "deploy/situation.hpp"
#include "deploy/verdict.hpp"
#include "plan/plan.hpp"
#include "plan/refresh.hpp"
#include "rollout/rollout.hpp"

#include <fmt/format.h>

namespace skep::ops {
namespace {

Ended refresh(deploy::Deps& deps, const project::Loaded& loaded,
              const deploy::ChangeOptions& options) {
  const auto& credentials = deps.credentials();
  const auto read = [&] { return plan::refresh(loaded.stack, deploy::read_cluster(deps, loaded)); };
  if (auto snapshot = deploy::read_cluster(deps, loaded);
      snapshot.stack_services(loaded.stack).empty()) {
    throw Error(Kind::not_found,
                fmt::format("stack \"{}\" is not deployed on this swarm", loaded.stack),
                "`skep ls` lists the stacks");
  }
  const auto lock = deploy::take_lock(deps, loaded.stack, options.wait_lock);
  return deploy::with_lock(deps, *lock, [&] {
    const plan::Plan plan = read();
    for (const auto& note : plan.notes) deps.events.emit(Note{note});
    rollout::Options how;
    how.timeout = options.timeout;
    how.wait = !options.detach;
    const rollout::Callbacks callbacks{
        [&](const std::string& image) { return deploy::registry_auth_of(credentials, image); }, {}};
    const auto outcome =
        rollout::roll_out(deps.engine(), deps.clock, deps.events, plan, callbacks, how, deps.stop);
    // No field of a service changes, so there is nothing to go back to.
    Ended ended = deploy::ended_well(
        outcome.good ? Result::released : Result::failed, loaded.stack,
        outcome.good
            ? fmt::format("credentials of {} renewed", plural(outcome.services.size(), "service"))
            : outcome.message);
    ended.cause = outcome.cause;
    for (const auto& [service, state] : outcome.services) ended.services[service] = state;
    return ended;
  });
}

}  // namespace

Ended refresh_auth(deploy::Deps& deps, const deploy::ChangeOptions& options) {
  const project::Loaded loaded = deploy::loaded_by_name(deps, options.project);
  const TimePoint start = deps.clock.now();
  Ended ended;
  try {
    ended = refresh(deps, loaded, options);
  } catch (const Error& error) {
    deps.events.emit(Warned{deploy::as_diagnostic(error)});
    ended = deploy::ended_by(error, loaded.stack);
  }
  ended.seconds = std::chrono::duration<double>(deps.clock.now() - start).count();
  deps.events.emit(ended);
  return ended;
}

}  // namespace skep::ops
