#pragma once
// Waits until services are healthy, or cannot become so. step() judges one observation and is pure;
// watch() is the polling loop around it.
//
// What counts: tasks of the live spec (`_up-to-date`) by their actual state, one for each slot (or
// node), on nodes that are not down. The count must hold until a bad task would have shown
// (hold_of), and longer after tasks have died. Everything before that is `starting`, also while the
// engine still updates.
#include "base/clock.hpp"
#include "base/event.hpp"
#include "engine/transport.hpp"
#include "swarm/outcome.hpp"
#include "swarm/snapshot.hpp"

#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace skep::watch {

// How long the count must hold: at least kMinimumHold; a slow health check, and failures, make it
// longer, up to kMaximumHold.
inline constexpr Duration kMinimumHold = std::chrono::seconds(10);
inline constexpr Duration kMaximumHold = std::chrono::seconds(60);
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

/// How long a task must run before it counts: the longest of kMinimumHold, the monitor time, and,
/// if that is too short to see the health check fail, the time that this failure takes to show.
///
/// With a health check the engine says `running` at the first probe that is good (moby
/// daemon/cluster/executor/container/controller.go, Start), so start_period is over by then. A
/// check that turns bad after that ends the task `retries` probes later (each takes its interval
/// and up to its timeout), plus the time of the stop (controller.go, Wait and Shutdown). A check
/// that cannot fail within kMaximumHold is not waited for.
Duration hold_of(const swarm::Spec& spec);

/// Pure: the state after one more observation.
Progress step(Progress before, const Observation& seen, TimePoint now);
/// Whether it has ended, good or bad.
bool done(const Progress& progress);
bool good(const Progress& progress);

struct Options {
  Duration timeout = std::chrono::minutes(10);
  Duration poll = std::chrono::milliseconds(500);
  std::optional<Duration> hold;  // how long tasks must run, in place of what each spec asks for
  bool events = true;            // emit ServiceProgress and TaskFailed
};

/// Polls all services together until each is done, one has failed, or the time is over. One GET
/// /services, /tasks (twice: `_up-to-date`) and /nodes a poll. On failure it gathers the task's
/// whole error, exit code, health output and last log lines into a TaskFailed event and the
/// message. If the engine has begun a rollback, watch() waits for its end first. Throws
/// Error{interrupted}; an engine that does not answer for two minutes is an Outcome with cause
/// engine.
swarm::Outcome watch(engine::Transport& engine, Clock& clock, EventSink& events,
                     const std::string& stack, const std::vector<Expectation>& expected,
                     const Options& options, std::stop_token stop);

/// Waits until no task of an older spec of these services (full names) runs any more on nodes that
/// are up: after a good rollout, old tasks still answer during their stop grace. False when the
/// time was over first. Throws Error{interrupted}, and what the engine says.
bool wait_for_old_tasks(engine::Transport& engine, Clock& clock, const std::string& stack,
                        const std::vector<std::string>& services, Duration timeout,
                        std::stop_token stop);

}  // namespace skep::watch
