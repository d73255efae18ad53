#pragma once
// Building with BuildKit.
#include "base/event.hpp"
#include "docker/config.hpp"
#include "engine/transport.hpp"
#include "image/image.hpp"

#include <stop_token>
#include <string>

namespace skep::image {

/// Builds; returns the image id ("sha256:…"). Emits BuildStep and BuildLog. Throws Error{build}
/// with the failing step and its last output, Error{input} for a context that cannot be read or
/// changes meanwhile.
std::string build(engine::Transport& engine, EventSink& events,
                  const docker::Credentials& credentials, const BuildOptions& options,
                  std::stop_token stop);

}  // namespace skep::image
