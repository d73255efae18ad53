#pragma once
// How long a service must be well before it counts.
#include "base/clock.hpp"
#include "swarm/spec.hpp"

#include <chrono>

namespace skep::watch {

// How long the count must hold: at least kMinimumHold; a slow health check, and failures, make it
// longer, up to kMaximumHold.
inline constexpr Duration kMinimumHold = std::chrono::seconds(10);
inline constexpr Duration kMaximumHold = std::chrono::seconds(60);

/// How long a task must run before it counts: the longest of kMinimumHold, the monitor time, and,
/// if that is too short to see the health check fail, the time that this failure takes to show.
///
/// With a health check the engine says `running` at the first probe that is good (moby
/// daemon/cluster/executor/container/controller.go, Start), so start_period is over by then. A
/// check that turns bad after that ends the task `retries` probes later (each takes its interval
/// and up to its timeout), plus the time of the stop (controller.go, Wait and Shutdown). A check
/// that cannot fail within kMaximumHold is not waited for.
Duration hold_of(const swarm::Spec& spec);

}  // namespace skep::watch
