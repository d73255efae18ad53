#pragma once
// Tells which tasks of a service count, and which failed. Pure; only for step().
#include "base/json_at.hpp"
#include "watch/step.hpp"

#include <optional>
#include <set>
#include <string>

namespace skep::watch {

/// How far one service is, counted in slots, or in nodes of a global service.
struct Count {
  std::uint64_t desired = 0;
  std::uint64_t good = 0;            // slots that have a good task
  std::uint64_t extra = 0;           // tasks that run but should not any more
  std::set<std::string> good_tasks;  // ids
};

/// A duration in the spec (in nanoseconds), else `otherwise`.
Duration time_at(const swarm::Spec& spec, JsonPath path, Duration otherwise);
/// How long the engine waits for a task to end by itself.
Duration stop_grace(const swarm::Spec& spec);

const swarm::Node* find_node(const Observation& seen, const std::string& id);
std::string node_name(const Observation& seen, const std::string& id);
/// Nodes that a global service runs on: not down, active, and satisfying its constraints.
std::set<std::string> eligible_nodes(const Observation& seen);

/// The slot of a task: its number, or its node for a global service.
std::string slot_of(const Progress& progress, const swarm::Task& task);
/// A task of the expected spec from this write (of the job's present iteration, for a job).
bool is_ours(const Progress& progress, const Observation& seen, const swarm::Task& task);

Count count_running(const Progress& progress, const Observation& seen);
/// The same for tasks that are meant to end: those of jobs, and of services that are not restarted
/// after exit 0.
Count count_complete(const Progress& progress, const Observation& seen);

/// How one of our tasks failed; nullopt when it did not.
std::optional<Failure> failure_of(const Progress& progress, const Observation& seen,
                                  const swarm::Task& task);
/// A slot whose newest task of ours failed and which the engine will not try again.
std::optional<std::string> failed_for_good(const Progress& progress, const Observation& seen);
/// A task of ours that finds no node, with the engine's reason.
const swarm::Task* unplaceable(const Progress& progress, const Observation& seen);
/// The node of a new task that was given up because its node is down, or "". An update that loses a
/// node in the middle of a step waits for that task for ever (docs/engine.md, "Updates").
std::string lost_in_update(const Progress& progress, const Observation& seen);
/// The least advanced task that does not run yet: "docker02: starting"; "" when there is none.
std::string what_is_waited_for(const Progress& progress, const Observation& seen);
/// How long the youngest of the counted tasks has been running by the engine's clock; nullopt when
/// that is unknown.
std::optional<Duration> youngest_age(const Observation& seen, const std::set<std::string>& tasks);

}  // namespace skep::watch
