#include "ops/remove.hpp"

#include "base/json_at.hpp"
#include "deploy/lock.hpp"
#include "deploy/stack_name.hpp"
#include "deploy/verdict.hpp"
#include "engine/configs.hpp"
#include "engine/secrets.hpp"
#include "engine/services.hpp"
#include "engine/snapshot.hpp"
#include "oneshot/oneshot.hpp"
#include "plan/plan.hpp"
#include "release/records.hpp"
#include "rollout/rollout.hpp"
#include "swarm/owner.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace skep::ops {
namespace {

/// Services first, and all their tasks gone, before what they use: secrets and networks in use are
/// refused.
plan::Plan removal_plan(const std::string& stack, const swarm::Snapshot& snapshot) {
  plan::Plan plan;
  plan.stack = stack;
  plan::Stage services;
  for (const auto* service : snapshot.stack_services(stack)) {
    services.actions.emplace_back(plan::RemoveService{service->name, service->id});
    services.wait_for.push_back({service->name, plan::Wait::For::gone});
  }
  plan::Stage objects;
  for (const auto& secret : snapshot.secrets) {
    if (swarm::belongs_to(secret.labels, stack))
      objects.actions.emplace_back(plan::RemoveSecret{secret.name, secret.id});
  }
  for (const auto& config : snapshot.configs) {
    if (swarm::belongs_to(config.labels, stack))
      objects.actions.emplace_back(plan::RemoveConfig{config.name, config.id});
  }
  for (const auto& network : snapshot.networks) {
    if (swarm::belongs_to(network.labels, stack))
      objects.actions.emplace_back(plan::RemoveNetwork{network.name, network.id});
  }
  if (!services.actions.empty()) plan.stages.push_back(std::move(services));
  if (!objects.actions.empty()) plan.stages.push_back(std::move(objects));
  return plan;
}

/// Throws Error{not_found} for a stack that left no trace.
void require_stack(deploy::Deps& deps, const std::string& stack, const swarm::Snapshot& snapshot) {
  if (!removal_plan(stack, snapshot).stages.empty()) return;
  const engine::Filters ours{{"label", {fmt::format("{}={}", swarm::kStackLabel, stack)}}};
  if (!engine::list_configs(deps.engine(), ours, deps.stop).empty()) return;
  throw Error(Kind::not_found, fmt::format("there is no stack \"{}\" on this swarm", stack),
              "`skep ls` lists the stacks");
}

/// Records, and secrets and configs of skep's own without the stack's label; the lock last, for it
/// is held all the while.
void remove_records(deploy::Deps& deps, const std::string& stack) {
  const engine::Filters ours{{"label", {fmt::format("{}={}", swarm::kStackLabel, stack)}}};
  auto configs = engine::list_configs(deps.engine(), ours, deps.stop);
  std::stable_partition(configs.begin(), configs.end(), [&](const swarm::Config& config) {
    return config.name != swarm::lock_name(stack);
  });
  for (const auto& secret : engine::list_secrets(deps.engine(), ours, deps.stop)) {
    engine::remove_secret(deps.engine(), secret.id, deps.stop);
    deps.events.emit(Wrote{"remove", "secret", secret.name, ""});
  }
  for (const auto& config : configs) {
    engine::remove_config(deps.engine(), config.id, deps.stop);
    deps.events.emit(Wrote{"remove", "config", config.name, ""});
  }
}

/// Of a stack that is there: what `rm` does not take away.
std::string what_stays(deploy::Deps& deps, const std::string& stack,
                       const swarm::Snapshot& snapshot) {
  std::set<std::string> volumes;
  for (const auto* service : snapshot.stack_services(stack)) {
    for (const auto& mount : list_at(service->live, {"TaskTemplate", "ContainerSpec", "Mounts"})) {
      const auto source = text_at(mount, {"Source"});
      if (text_at(mount, {"Type"}) == "volume" && !source.empty()) volumes.insert(source);
    }
  }
  bool database = false;
  try {
    const auto records = release::records(deps.engine(), stack, deps.stop);
    const auto* last = release::last_released(records);
    database = last != nullptr && !last->fingerprint.empty();
  } catch (const Error& error) {
    // A record that cannot be read is removed with the others: it says nothing that is needed.
    if (error.kind() != Kind::rejected) throw;
  }
  std::string text;
  if (!volumes.empty()) {
    const bool one = volumes.size() == 1;
    text += fmt::format("; the volume{} {} stay{} on {}", one ? "" : "s", fmt::join(volumes, ", "),
                        one ? "s" : "", one ? "its nodes" : "their nodes");
  }
  if (database) text += "; the database and its users stay";
  return text.empty() ? "; nothing of it is left" : text;
}

swarm::Outcome remove_all(deploy::Deps& deps, const std::string& stack,
                          const RemoveOptions& options) {
  const auto read = [&] { return engine::read_snapshot(deps.engine(), stack, {}, deps.stop); };
  require_stack(deps, stack, read());
  const auto lock = deploy::take_lock(deps, stack, options.wait_lock);
  return deploy::with_lock(deps, *lock, [&] {
    // Read again: whoever held the lock may have added a service.
    const auto snapshot = read();
    const plan::Plan plan = removal_plan(stack, snapshot);
    const auto stays = what_stays(deps, stack, snapshot);
    rollout::Options how;
    how.timeout = options.timeout;
    auto outcome =
        rollout::roll_out(deps.engine(), deps.clock, deps.events, plan, {}, how, deps.stop);
    if (!outcome.good) return outcome;
    for (const auto& name : oneshot::sweep(deps.engine(), stack, true, deps.stop))
      deps.events.emit(Wrote{"remove", "one-shot", name, "left by an interrupted run"});
    remove_records(deps, stack);
    outcome.message = "removed" + stays;
    return outcome;
  });
}

}  // namespace

Ended remove_stack(deploy::Deps& deps, const RemoveOptions& options) {
  const std::string stack = deploy::stack_name(deps, options.project);
  const TimePoint start = deps.clock.now();
  deps.events.emit(PhaseStarted{"remove", fmt::format("stack {}", stack)});
  const auto outcome = remove_all(deps, stack, options);
  Ended ended;
  if (outcome.good) {
    ended = deploy::ended_well(Result::released, stack, outcome.message);
  } else {
    ended.exit = exit_status(Result::torn);
    ended.result = Result::torn;
    ended.cause = outcome.cause;
    ended.stack = stack;
    ended.message = outcome.message + "; run `skep rm` again";
  }
  ended.seconds = std::chrono::duration<double>(deps.clock.now() - start).count();
  deps.events.emit(ended);
  return ended;
}

}  // namespace skep::ops
