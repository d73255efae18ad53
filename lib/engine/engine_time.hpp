#pragma once
// The engine's own clock.
#include "base/clock.hpp"
#include "engine/transport.hpp"

#include <optional>
#include <stop_token>

namespace skep::engine {

/// The time in the Date header of the answer to GET /_ping (whole seconds, UTC; RFC 9110 §5.6.7);
/// nullopt without the header.
std::optional<WallTime> engine_time(Transport& engine, std::stop_token stop = {});

}  // namespace skep::engine
