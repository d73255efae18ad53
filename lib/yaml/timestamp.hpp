#pragma once
// Timestamps of YAML 1.1. skep keeps such a value as text; docker's parser turns it into a time.
#include <optional>
#include <string>
#include <string_view>

namespace skep::yaml {

/// What Go prints of the time that yaml.v3 makes of this plain scalar ("2024-02-29" → "2024-02-29
/// 00:00:00 +0000 UTC"); nullopt when it is not a time (yaml.v3 resolve.go, parseTimestamp). Go's
/// local time zone is taken to be UTC.
std::optional<std::string> go_time(std::string_view text);

}  // namespace skep::yaml
