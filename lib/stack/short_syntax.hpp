#pragma once
// The short forms of a Compose file, as docker reads them. Pure functions on text; `error` says
// what is wrong.
#include "stack/service.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace skep::stack {

inline constexpr int kHighestPort = 65535;
/// The most ports of one service: a short text can name billions.
inline constexpr std::size_t kMostPorts = 65536;

template <typename T>
struct Parsed {
  T value{};
  std::string error;  // "" when the text is right
  std::string hint;
  bool operator==(const Parsed&) const = default;
};

/// "NAME=VALUE", or NAME alone.
struct ShortPair {
  std::string name;
  std::optional<std::string> value;
};
ShortPair split_pair(const std::string& text);

/// A command string split into words as google/shlex does: quotes, backslashes, and `#` at the
/// start of a word begins a comment.
Parsed<std::vector<std::string>> split_command(const std::string& text);

/// "[ADDRESS:][PUBLISHED:]TARGET[/PROTOCOL]" with ranges (docker/go-connections nat.ParsePortSpec,
/// and what docker's swarmopts makes of it): one Port for each port, ingress, in docker's order.
struct ShortPorts {
  std::vector<Port> ports;
  std::string address;  // as written; Swarm publishes on every address
  bool operator==(const ShortPorts&) const = default;
};
Parsed<ShortPorts> parse_ports(const std::string& text);

/// "[SOURCE:]TARGET[:OPTIONS]" (docker/cli internal/volumespec). The source stands as written.
/// Options of another type of mount are an error.
struct ShortMount {
  Mount mount;
  std::vector<std::string> unknown;  // options that mean nothing to Swarm ("z", "cached")
  bool operator==(const ShortMount&) const = default;
};
Parsed<ShortMount> parse_mount(const std::string& text);

/// "0.5", "2", "1/4", "5e-1" in billionths (docker's opts.ParseCPUs).
Parsed<std::int64_t> parse_cpus(const std::string& text);

/// "0440", a file mode from 0 to 07777; nullopt when it is not one.
std::optional<std::int64_t> octal_mode(const std::string& text);

/// Whether a published port's address means every address. Swarm can publish only so.
bool every_address(const std::string& address);

/// Whether a path is absolute on Linux or on Windows, or names a Windows pipe.
bool absolute(const std::string& path);
/// The same for docker, which takes a pipe for a relative path.
bool docker_absolute(const std::string& path);

}  // namespace skep::stack
