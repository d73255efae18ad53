#pragma once
// `skep ls` and `skep status`.
#include "deploy/deps.hpp"
#include "ops/release_summary.hpp"
#include "project/options.hpp"
#include "release/lock.hpp"
#include "swarm/snapshot.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace skep::ops {

struct StackSummary {
  std::string name;
  std::uint64_t services = 0;
  std::uint64_t running = 0;  // tasks
  std::uint64_t desired = 0;  // tasks
  bool operator==(const StackSummary&) const = default;
};
/// Every stack of the swarm, by name.
std::vector<StackSummary> list_stacks(deploy::Deps& deps);

struct TaskStatus {
  swarm::Task task;
  std::string node;  // host name; "" where it has none
};
struct ServiceStatus {
  std::string name;
  std::string image;
  std::uint64_t running = 0;  // tasks
  std::uint64_t desired = 0;  // tasks
  std::optional<swarm::UpdateStatus> update;
  /// Those that are wanted, and of each slot that none of them serves the newest that failed.
  std::vector<TaskStatus> tasks;
};
struct StackStatus {
  std::string stack;
  std::vector<ServiceStatus> services;
  std::optional<ReleaseSummary> release;  // the last one that is kept
  std::optional<release::Holder> lock;    // who holds it
};
/// Throws Error{not_found} when there is no such stack.
StackStatus status(deploy::Deps& deps, const project::Options& options);

}  // namespace skep::ops
