#pragma once
// docker's own configuration: config.json and the credential helpers that it names. skep reads it
// and never writes it. Rules: docker/cli cli/config/configfile/file.go and cli/config/credentials,
// docker-credential-helpers client.
#include "base/env.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

namespace skep::docker {

/// Credentials of one registry. Either user and password, or an identity token.
struct Auth {
  std::string username;
  Secret password;
  Secret identity_token;
  std::string
      server_address;  // "registry.example.com:5000"; of Docker Hub "https://index.docker.io/v1/"
  std::string source = {};  // for messages: the config.json, DOCKER_AUTH_CONFIG, or the helper
  bool operator==(const Auth&) const = default;
};

/// The part of config.json that skep needs.
struct Config {
  std::string file;                   // its path, even when there is no such file
  std::map<std::string, Auth> auths;  // by key as written; entries without content are left out
  std::map<std::string, std::string> cred_helpers;  // registry → suffix of docker-credential-…
  std::string creds_store;                          // the same for all other registries
  std::string current_context;
};

/// DOCKER_CONFIG or HOME/.docker, config.json in it; a missing file is an empty configuration.
/// `auths` of the variable DOCKER_AUTH_CONFIG (the same JSON) go before the file's. Throws
/// Error{input} naming the file and the key.
Config load_config(const Env& env);

/// How credential helpers are asked, and who is told.
struct Asking {
  std::stop_token stop = {};
  std::function<void(const std::string& program)> slow =
      {};                                         // called when it has been silent for 10 s
  std::function<void(const Secret&)> found = {};  // each password and token, before anyone uses it
};

/// Finds the credentials of a registry.
class Credentials {
 public:
  Credentials() = default;  // every registry is anonymous
  Credentials(Config config, Env env, Asking how = {});

  /// `domain` as in an image reference ("docker.io", "registry.example.com:5000");
  /// registry-1.docker.io is Docker Hub too. Asks the registry's helper in credHelpers if there is
  /// one, else credsStore if it is set, else auths (by key, then by the host of a key that is a
  /// URL). nullopt: anonymous. Throws Error{unauthorized} when a helper fails, is not installed or
  /// has not answered after 60 s.
  std::optional<Auth> find(const std::string& domain) const;
  /// The config.json it was read from, for messages.
  const std::string& file() const { return config_.file; }

 private:
  std::optional<Auth> look_up(const std::string& domain) const;

  Config config_;
  Env env_;
  Asking how_;
};

/// AuthConfig of the Engine API: the body of POST /auth.
Json auth_config(const Auth& auth);
/// Value of X-Registry-Auth: base64url of that; "e30=" ("{}") for nullopt, because engines up
/// to 23 want the header always.
std::string registry_auth_header(const std::optional<Auth>& auth);

}  // namespace skep::docker
