#pragma once
// Images of a stack: what is built, what is pushed, and which digest each service gets.
#include "docker/config.hpp"
#include "ops/build.hpp"
#include "ops/deps.hpp"
#include "ops/project.hpp"
#include "plan/plan.hpp"

#include <map>
#include <string>
#include <vector>

namespace skep::ops {

/// What each service is deployed with. `live_services` are the stack's own, so that a registry that
/// is away does not matter for what does not change.
struct Images {
  std::map<std::string, std::string> of_service;  // key → reference
  std::map<std::string, plan::Resolved> digests;  // reference → digest or error
};

/// Builds (or finds by content), pushes, resolves digests; look-ups once an image, together.
/// Throws Error{build, registry, input, unauthorized}.
Images prepare_images(Deps& deps, const Loaded& loaded, const docker::Credentials& credentials,
                      const ImageOptions& options);

}  // namespace skep::ops
