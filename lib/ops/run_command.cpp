#include "ops/run_command.hpp"

#include "base/json_at.hpp"
#include "deploy/live.hpp"
#include "deploy/lock.hpp"
#include "engine/services.hpp"
#include "oneshot/oneshot.hpp"
#include "swarm/shape.hpp"

#include <fmt/format.h>

namespace skep::ops {
namespace {

oneshot::Task task_like(deploy::Deps& deps, const project::Loaded& loaded,
                        const swarm::Service& service, const RunOptions& options) {
  const auto& credentials = deps.credentials();
  oneshot::Task task;
  task.stack = loaded.stack;
  task.purpose = "run";
  task.command = options.command;
  task.registry_auth = deploy::registry_auth_of(credentials, service.spec.image());
  task.like = swarm::without_nulls(object_at(service.live, {"TaskTemplate"}));
  task.on_line = options.on_line;
  return task;
}

}  // namespace

RunResult run_command(deploy::Deps& deps, const RunOptions& options) {
  if (options.command.empty()) {
    throw Error(Kind::usage, fmt::format("run what in service \"{}\"?", options.service),
                fmt::format("such as: skep run {} -- COMMAND", options.service));
  }
  const project::Loaded bare = deploy::loaded_by_name(deps, options.project);
  const auto lock = deploy::take_lock(deps, bare.stack, options.wait_lock);
  return deploy::with_lock(deps, *lock, [&] {
    const auto snapshot = deploy::read_cluster(deps, bare);
    auto loaded = deploy::as_live(bare, snapshot);
    const auto* service =
        snapshot.find_service(deploy::desired_service(loaded, options.service).name);
    for (const auto& name : oneshot::sweep(deps.engine(), loaded.stack, false, deps.stop))
      deps.events.emit(Wrote{"remove", "one-shot", name, "left by an interrupted run"});
    deps.events.emit(PhaseStarted{"run", fmt::format("a task like those of {}", service->name)});
    auto result =
        oneshot::run(deps.engine(), deps.clock, deps.events,
                     task_like(deps, loaded, *service, options), options.timeout, deps.stop);
    deps.events.emit(
        Note{fmt::format("{} on {}",
                         result.exit_code ? fmt::format("exit code {}", *result.exit_code)
                                          : fmt::format("it did not start: {}", result.error),
                         result.node.empty() ? "no node" : result.node)});
    const bool good = result.started && result.exit_code == 0;
    return RunResult{service->name,
                     result.node,
                     result.exit_code,
                     std::move(result.error),
                     std::move(result.out),
                     std::move(result.err),
                     good};
  });
}

}  // namespace skep::ops
