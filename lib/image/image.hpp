#pragma once
// Images: build with BuildKit, tag, push, digests.
#include "base/env.hpp"
#include "base/event.hpp"
#include "base/json.hpp"
#include "docker/config.hpp"
#include "engine/transport.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace skep::image {

struct BuildOptions {
  std::string context;     // absolute path of a folder
  std::string dockerfile;  // relative to the context, or absolute (then it may be outside); "" is
                           // Dockerfile
  std::map<std::string, std::string> args;
  std::string target;
  std::map<std::string, std::string> labels;
  std::string platform;
  bool no_cache = false;
  bool pull = false;
  std::vector<std::string> tags;  // full references
};

/// The hash for the content tag: over paths, contents, links and x bits of the context, and
/// Dockerfile, args, labels, target and platform; not over times, owners, umask, .git and ignored
/// files. 64 hex digits; the tag is "skep-" and the first 16.
std::string content_hash(const BuildOptions& options);

/// Builds; returns the image id ("sha256:…"). Emits BuildStep and BuildLog. Throws Error{build}
/// with the failing step and its last output, Error{input} for a context that cannot be read or
/// changes meanwhile.
std::string build(engine::Transport& engine, EventSink& events,
                  const docker::Credentials& credentials, const BuildOptions& options,
                  std::stop_token stop);

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
