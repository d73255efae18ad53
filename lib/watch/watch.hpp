#pragma once
// Waiting for the truth. step() is a pure judgement of one observation; watch() is the polling loop around it.
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/event.hpp"
#include "engine/transport.hpp"
#include "swarm/outcome.hpp"
#include "swarm/snapshot.hpp"

namespace skep::watch {

/// What is expected of one service.
struct Expectation {
  std::string service;  // full name
  std::string id;
  swarm::Spec spec;     // canonical, as written: when the live one differs, somebody (or the engine) changed it
  std::set<std::string> known_tasks;  // ids of tasks from before the write: their failures are not ours
  std::optional<swarm::UpdateStatus> baseline;  // UpdateStatus before the write: a stale one is not ours
  bool written = true;  // false: only watched until healthy (nothing was written)
};

enum class State { waiting, starting, stable, converged, complete, failing, rolling_back, rolled_back, paused, gone };
const char* word(State state);

/// One service at one poll.
struct Observation {
  std::optional<swarm::Service> service;  // nullopt: it is gone
  std::vector<swarm::Task> tasks;         // all of the service
  std::vector<swarm::Node> nodes;         // all
};

struct Progress {
  Expectation expected;
  State state = State::waiting;
  std::uint64_t running = 0;
  std::uint64_t desired = 0;
  std::optional<TimePoint> stable_since;
  std::string detail;                    // what is waited for, or the newest error
  std::optional<std::string> bad_task;   // id of the task that tells most about the failure
  swarm::Cause cause = swarm::Cause::none;
};

/// Pure: the judgement after one more observation.
Progress step(Progress before, const Observation& seen, TimePoint now);
/// Ended, good or bad.
bool done(const Progress& progress);
bool good(const Progress& progress);

struct Options {
  Duration timeout = std::chrono::minutes(10);
  Duration poll = std::chrono::milliseconds(500);
  bool events = true;  // emit ServiceProgress and TaskFailed
};

/// Polls all services together until each is done, one has failed, or the time is over. One GET /services, /tasks (twice:
/// `_up-to-date`) and /nodes a poll. On failure it gathers the task's whole error, exit code, health output and last log
/// lines into a TaskFailed event and the message.
swarm::Outcome watch(engine::Transport& engine, Clock& clock, EventSink& events, const std::string& stack,
                     const std::vector<Expectation>& expected, const Options& options, std::stop_token stop);

}  // namespace skep::watch
