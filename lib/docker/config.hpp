#pragma once
// docker's config.json: registry credentials and the current context (docker/cli cli/config/configfile).
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/env.hpp"
#include "base/secret.hpp"

namespace skep::docker {

struct Auth {
  std::string username;
  Secret password;
  Secret identity_token;  // instead of user and password
  std::string server_address;
};

/// Credentials for registries. Helpers (docker-credential-X) are asked once a registry; thread-safe.
class Credentials {
 public:
  /// Reads $DOCKER_CONFIG/config.json, else ~/.docker/config.json; a missing file is no credentials.
  /// Throws Error{input} naming the file when it is not valid.
  explicit Credentials(const Env& env);
  ~Credentials();
  Credentials(Credentials&&) noexcept;

  /// For a registry's domain as in an image reference ("docker.io", "10.77.0.1:5000"); nullopt is anonymous.
  /// Throws Error{unauthorized} naming the helper when a helper fails.
  std::optional<Auth> find(const std::string& domain) const;
  std::string current_context() const;  // "" when none

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// X-Registry-Auth: base64url JSON; "e30=" (an empty object) for nullopt.
std::string registry_auth_header(const std::optional<Auth>& auth);

}  // namespace skep::docker
