#pragma once
// Images in registries.
#include "base/event.hpp"
#include "base/json.hpp"
#include "docker/config.hpp"
#include "engine/transport.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <stop_token>
#include <string>

namespace skep::image {

/// Gives an image one more reference. Throws Error{not_found}.
void tag(engine::Transport& engine, const std::string& id, const std::string& reference,
         std::stop_token stop);

/// Pushes a reference (":latest" without a tag); returns its digest. Emits PushProgress. Throws
/// Error{registry} with a hint that names the registry and the config.json in use.
std::string push(engine::Transport& engine, EventSink& events,
                 const docker::Credentials& credentials, const std::string& reference,
                 std::stop_token stop);

struct Digest {
  std::string digest;  // of the manifest or index
  Json
      platforms;  // as docker puts them into Placement.Platforms; null when the registry names none
};
/// GET /distribution/IMG/json. nullopt when the registry has no such tag. Throws Error{registry,
/// unauthorized}.
std::optional<Digest> look_up(engine::Transport& engine, const docker::Credentials& credentials,
                              const std::string& reference, std::stop_token stop);

}  // namespace skep::image
