#pragma once
// Collects what is known about a failed task. For lib/watch only.
#include "base/event.hpp"
#include "engine/transport.hpp"
#include "watch/step.hpp"

#include <cstdint>
#include <stop_token>

namespace skep::watch {

inline constexpr std::uint64_t kLogLines = 20;

/// Asks the engine for the last lines of the task's log (any node, also after its end) and, where
/// its container is on this engine, for the output of its health checks. Parts that cannot be read
/// are left out, or the reason stands in their place.
TaskFailed evidence_of(engine::Transport& engine, const Progress& progress, const Observation& seen,
                       std::stop_token stop);

}  // namespace skep::watch
