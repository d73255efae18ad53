#pragma once
// GET /events: what happens in the swarm. It has no events about tasks, so it only wakes up a
// caller that polls.
#include "engine/call.hpp"
#include "engine/json_stream.hpp"

#include <stop_token>
#include <string>

namespace skep::engine {

/// Passes on every event from `since` (seconds since 1970; "" is now). Returns when the engine ends
/// the stream; call again then, with `since`. Throws Error{interrupted} on `stop`,
/// Error{unreachable} when the connection is lost.
void watch_events(Transport& engine, const Filters& filters, const std::string& since,
                  const JsonStream::OnObject& on_event, std::stop_token stop = {});

}  // namespace skep::engine
