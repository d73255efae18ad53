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
#include "watch/step.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace skep::watch {

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

}  // namespace skep::watch
