#pragma once
// Which engine to talk to. Precedence: docker/cli cli/command/cli.go resolveContextName.
#include "base/env.hpp"
#include "docker/address.hpp"
#include "docker/config.hpp"
#include "docker/tls.hpp"

#include <optional>
#include <string>

namespace skep::docker {

struct Endpoint {
  Address address = UnixSocket{};
  std::optional<Tls> tls;                                         // of tcp alone
  std::string written = std::string("unix://") + kDefaultSocket;  // as the user wrote it
  std::string source = "the default";  // "--host", "context prod, DOCKER_CONTEXT"
  std::string api_version;             // DOCKER_API_VERSION; "" is negotiated

  /// For messages: "ssh://dep@mgr (context prod, DOCKER_CONTEXT)".
  std::string display() const { return written + " (" + source + ")"; }
};

/// What the command line says.
struct EndpointFlags {
  std::optional<std::string> host;     // -H/--host
  std::optional<std::string> context;  // --context
};

/// The context that is chosen, and by what: --context, DOCKER_CONTEXT, config.json's
/// currentContext. `name` is "default" for --host, DOCKER_HOST, and where nothing is said. Throws
/// Error{usage} when --host and --context are both given.
struct Chosen {
  std::string name;
  std::string source;
};
Chosen chosen_context(const EndpointFlags& flags, const Config& config, const Env& env);

/// The engine of the chosen context. The default one is --host or DOCKER_HOST, with TLS when
/// DOCKER_TLS_VERIFY or DOCKER_TLS is not empty (DOCKER_CERT_PATH has its files), else the default
/// socket; a named one takes nothing from these. Throws Error{usage, input} naming the source.
Endpoint resolve_endpoint(const EndpointFlags& flags, const Config& config, const Env& env);

/// The folder that config.json lies in, and contexts beside it.
std::string config_folder(const Config& config);

}  // namespace skep::docker
