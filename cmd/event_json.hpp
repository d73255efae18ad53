#pragma once
// Events for programs (docs/events.md).
#include "base/event.hpp"
#include "base/secret.hpp"

#include <string>

namespace skep::cmd {

/// One event as the JSON object that -o json prints, without known secrets.
std::string to_json_line(const Event& event, const Redactor& redactor);

}  // namespace skep::cmd
