#pragma once
// Waiting for the end of tasks of older specs.
#include "base/clock.hpp"
#include "engine/transport.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace skep::watch {

/// Waits until no task of an older spec of these services (full names) runs any more on nodes that
/// are up: after a good rollout, old tasks still answer during their stop grace. False when the
/// time was over first. Throws Error{interrupted}, and what the engine says.
bool wait_for_old_tasks(engine::Transport& engine, Clock& clock, const std::string& stack,
                        const std::vector<std::string>& services, Duration timeout,
                        std::stop_token stop);

}  // namespace skep::watch
