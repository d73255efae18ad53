#pragma once
// Which tasks of a service count, and which of them failed. Pure; for step() alone.
#include "base/json_at.hpp"
#include "watch/step.hpp"

#include <optional>
#include <set>
#include <string>

namespace skep::watch {

/// Place of a task state in the engine's order (swarmkit api/types.proto TaskState); unknown words
/// are the first.
int rank(const std::string& state);
bool has_ended(const swarm::Task& task);

/// What one service is to have of each: slots, or nodes of a global service.
struct Count {
  std::uint64_t desired = 0;
  std::uint64_t good = 0;            // slots that have what is wanted
  std::uint64_t extra = 0;           // tasks that still run and should not
  std::set<std::string> good_tasks;  // ids
};

/// A time in the spec (the engine's are nanoseconds); `otherwise` where there is none.
Duration time_at(const swarm::Spec& spec, JsonPath path, Duration otherwise);
/// How long the engine lets a task end by itself.
Duration stop_grace(const swarm::Spec& spec);

const swarm::Node* find_node(const Observation& seen, const std::string& id);
std::string node_name(const Observation& seen, const std::string& id);
/// Nodes that a global service is to run on: not down, active, satisfying its constraints.
std::set<std::string> eligible_nodes(const Observation& seen);

/// The slot of a task: its number, or its node for a global service.
std::string slot_of(const Progress& progress, const swarm::Task& task);
/// A task of the expected spec from this write (of the job's present iteration, for a job).
bool is_ours(const Progress& progress, const Observation& seen, const swarm::Task& task);

Count count_running(const Progress& progress, const Observation& seen);
/// The same for tasks that end: jobs, and services that are not restarted after exit 0.
Count count_complete(const Progress& progress, const Observation& seen);

/// How one of ours failed; nullopt when it did not.
std::optional<Failure> failure_of(const Progress& progress, const Observation& seen,
                                  const swarm::Task& task);
/// A slot whose newest task of ours failed and that the engine will not try again.
std::optional<std::string> failed_for_good(const Progress& progress, const Observation& seen);
/// A task of ours that finds no node, with the engine's reason.
const swarm::Task* unplaceable(const Progress& progress, const Observation& seen);
/// A new task that was to start on a node that is down, and was given up: an update that lost a
/// node in the middle of a step waits for it for ever (swarmkit manager/orchestrator/update
/// updateTask has no timeout). Its node, or "".
std::string lost_in_update(const Progress& progress, const Observation& seen);
/// "docker02: starting": the least advanced of the tasks that are still to come; "" when there is
/// none.
std::string what_is_waited_for(const Progress& progress, const Observation& seen);
/// How long the youngest of the counted tasks has been running by the engine's clock; nullopt when
/// it cannot be told.
std::optional<Duration> youngest_age(const Observation& seen, const std::set<std::string>& tasks);

}  // namespace skep::watch
