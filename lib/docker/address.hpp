#pragma once
// Where an engine listens, as docker writes it. Rules: docker/cli opts/hosts.go and
// cli/connhelper/ssh/ssh.go.
#include <string>
#include <string_view>
#include <variant>

namespace skep::docker {

inline constexpr const char* kDefaultSocket = "/var/run/docker.sock";

struct UnixSocket {
  std::string path = kDefaultSocket;
  bool operator==(const UnixSocket&) const = default;
};
struct Tcp {
  std::string host = "localhost";  // an IPv6 address without its brackets
  std::string port = "2375";
  std::string prefix = {};  // "/engine": before every path; never ends with "/"
  bool operator==(const Tcp&) const = default;
};
/// An engine's socket on a host that ssh reaches.
struct Ssh {
  std::string user = {};  // "": whom ssh's configuration names
  std::string host;       // a name that ssh knows; an IPv6 address without its brackets
  std::string port = {};  // "": ssh's own
  std::string socket = kDefaultSocket;
  bool operator==(const Ssh&) const = default;
};
using Address = std::variant<UnixSocket, Tcp, Ssh>;

/// What -H and DOCKER_HOST say: blanks around it are cut off, an address without a scheme is tcp,
/// host and port have defaults. Throws Error{usage}; messages begin with `source` ("--host").
Address parse_address(std::string_view text, const std::string& source);

/// What a context says: nothing is added to it, as with docker; "" is the default socket. Throws
/// Error{usage}.
Address parse_context_address(const std::string& text, const std::string& source);

}  // namespace skep::docker
