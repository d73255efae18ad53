#pragma once
// Durations and sizes as Compose files and docker's flags write them.
#include "base/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace skep {

/// Go's time.ParseDuration: "1h30m", "1.5s", "-2ms", "0". nullopt when it is not a duration.
std::optional<Duration> parse_duration(const std::string& text);
/// "1m30s", "500ms" as Go prints it.
std::string format_duration(Duration duration);
/// docker's RAMInBytes: "64m", "1.5GiB", "100 kb", "1024" → bytes, units of 1024. nullopt when it
/// is not a size.
std::optional<std::int64_t> parse_size(const std::string& text);
/// "1.5 MB" (1000-based), for people.
std::string format_size(std::uint64_t bytes);

}  // namespace skep
