#pragma once
// GET /events: what happens in the swarm. There are no events about tasks, so this only wakes up
// whoever polls.
#include "engine/call.hpp"
#include "engine/json_stream.hpp"

#include <stop_token>
#include <string>

namespace skep::engine {

/// Hands on every event from `since` (seconds since 1970; "" is now) until `stop`
/// (Error{interrupted}) or until the engine ends the stream (it returns: call again with `since`).
/// A lost connection is Error{unreachable}.
void watch_events(Transport& engine, const Filters& filters, const std::string& since,
                  const JsonStream::OnObject& on_event, std::stop_token stop = {});

}  // namespace skep::engine
