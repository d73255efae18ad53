#pragma once
// The judgement of one observation of a service: pure.
#include "base/clock.hpp"
#include "swarm/outcome.hpp"
#include "swarm/snapshot.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace skep::watch {

// How long "no suitable node" is waited for: a node may come.
inline constexpr Duration kPlacementGrace = std::chrono::seconds(30);
// How many failed tasks of one slot make a service fail: more while the engine's updater decides or
// another service still starts; fewer where another try does not help ("No such image").
inline constexpr std::size_t kCrashLoop = 3;
inline constexpr std::size_t kPatientCrashLoop = 10;
inline constexpr std::size_t kPermanent = 2;

/// What is expected of one service.
struct Expectation {
  std::string service;  // full name
  std::string id;
  swarm::Spec spec;  // canonical, as written: when the live one differs, somebody (or the engine)
                     // changed it
  std::set<std::string>
      known_tasks;  // ids of tasks from before the write; their failures do not count
  std::optional<swarm::UpdateStatus> baseline;  // UpdateStatus before the write; it does not count
  bool written = true;         // false: only watched until healthy (nothing was written)
  bool live_replicas = false;  // an autoscaler may change the number of tasks
};

enum class State {
  waiting,
  starting,
  stable,
  converged,
  complete,
  failing,
  rolling_back,
  rolled_back,
  paused,
  gone
};
/// "waiting", …, "rolled back": the words of ServiceProgress.
const char* word(State state);

/// One service at one poll.
struct Observation {
  std::optional<swarm::Service> service;  // nullopt: it is gone
  std::vector<swarm::Task> tasks;         // all of the service
  std::vector<swarm::Node> nodes;         // all
  std::optional<WallTime> engine_now;     // the engine's clock: how long a task has been running
  bool others_starting = false;  // another service of the stack still starts; this one may need it
};

/// A task of ours that ended but should go on running, or that could not start.
struct Failure {
  std::string slot;   // "1", or the node's id of a global service
  std::string error;  // as people read it, with the exit code
  std::string node;   // host name; "" when it was never placed
  std::string when;   // Status.Timestamp
  Duration lifetime{};
  bool permanent = false;
  bool operator==(const Failure&) const = default;
};

struct Progress {
  Expectation expected;
  std::optional<Duration> hold;  // instead of what hold_of() says
  State state = State::waiting;
  std::uint64_t running = 0;
  std::uint64_t desired = 0;
  std::optional<TimePoint> stable_since;
  std::string detail;                   // what is waited for, or the newest error
  std::optional<std::string> bad_task;  // id of the task that says most about the failure
  Cause cause = Cause::none;
  // What step() remembers.
  bool observed = false;
  std::set<std::string> counted;               // ids of the tasks that run since stable_since
  std::map<std::string, Failure> failures;     // by id of the task
  std::optional<TimePoint> unplaceable_since;  // a task finds no node
  std::optional<TimePoint> stuck_since;        // the update waits for a task on a lost node
};

/// Pure: the state after one more observation.
Progress step(Progress before, const Observation& seen, TimePoint now);
/// Whether it has ended, good or bad.
bool done(const Progress& progress);
bool good(const Progress& progress);

}  // namespace skep::watch
