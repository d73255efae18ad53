#pragma once
// The engine itself and its swarm: /_ping, /info, /version, /swarm, /auth, /events.
#include "docker/config.hpp"
#include "engine/transport.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace skep::engine {

/// Headers of GET /_ping. "" for what an old engine does not say (20.10: builder and swarm).
struct Ping {
  std::string api_version;  // the newest the engine speaks
  std::string os;
  std::string builder;  // "2" with BuildKit by default
  std::string swarm;    // "active/manager", "inactive", …
};
Ping ping(Transport& engine, std::stop_token stop = {});

/// "1.41" or "v1.41" → 41; nullopt for anything but a version 1.x.
std::optional<int> api_minor(std::string_view version);

/// GET /info (7 ms) and GET /version (6 ms): for `doctor`, not for every run.
Json info(Transport& engine, std::stop_token stop = {});
Json version(Transport& engine, std::stop_token stop = {});

/// GET /swarm; its ID is the cluster's. Only a manager answers; other nodes are Error{unavailable}.
Json inspect_swarm(Transport& engine, std::stop_token stop = {});

/// POST /auth: tries credentials at their registry. Throws Error{unauthorized} when the registry
/// refuses them, Error{rejected} when it cannot be asked.
void check_auth(Transport& engine, const docker::Auth& auth, std::stop_token stop = {});

}  // namespace skep::engine
