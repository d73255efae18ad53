#pragma once
// What YAML 1.1 calls a timestamp. skep keeps such a value as the text it is; docker's parser makes
// a time of it.
#include <optional>
#include <string>
#include <string_view>

namespace skep::yaml {

/// What Go prints of the time that yaml.v3 makes of this plain scalar
/// ("2024-02-29" → "2024-02-29 00:00:00 +0000 UTC"); nullopt when it makes none (yaml.v3
/// resolve.go, parseTimestamp). Go's own time zone is taken to be UTC.
std::optional<std::string> go_time(std::string_view text);

}  // namespace skep::yaml
