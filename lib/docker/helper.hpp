#pragma once
// docker-credential-NAME, the programs that keep registry passwords (protocol:
// docker/docker-credential-helpers).
#include "docker/config.hpp"

#include <optional>
#include <string>

namespace skep::docker {

/// Runs `docker-credential-NAME get` with the server on its stdin. nullopt when it has no
/// credentials for the server. Throws Error{unauthorized} with what the program said.
std::optional<Auth> ask_helper(const std::string& name, const std::string& server, const Env& env,
                               const Asking& how = {});

}  // namespace skep::docker
