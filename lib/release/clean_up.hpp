#pragma once
// What no release needs any more.
#include "base/event.hpp"
#include "engine/transport.hpp"

#include <stop_token>
#include <string>

namespace skep::release {

/// Removes records beyond kKeptRecords (never the newest released one or pending ones), and configs
/// and secrets that skep made and that no live service, kept record or way back refers to.
void clean_up(engine::Transport& engine, EventSink& events, const std::string& stack,
              std::stop_token stop);

}  // namespace skep::release
