#pragma once
// Which engine to talk to. Precedence: docker/cli cli/command/cli.go resolveContextName.
#include "base/env.hpp"
#include "docker/config.hpp"

#include <optional>
#include <string>

namespace skep::docker {

inline constexpr const char* kDefaultSocket = "/var/run/docker.sock";

struct Endpoint {
  std::string unix_socket = kDefaultSocket;
  std::string source = "the default";  // "--host", "DOCKER_HOST"
  std::string api_version;             // DOCKER_API_VERSION; "": it is negotiated
};

/// What the command line says.
struct EndpointFlags {
  std::optional<std::string> host;     // -H/--host
  std::optional<std::string> context;  // --context
};

/// --context, --host, DOCKER_HOST, DOCKER_CONTEXT, config.json currentContext, the default socket:
/// the first that is set. Throws Error{usage} naming the source for anything but a unix socket
/// (contexts, tcp:// and ssh:// are not supported yet).
Endpoint resolve_endpoint(const EndpointFlags& flags, const Config& config, const Env& env);

}  // namespace skep::docker
