#pragma once
// Images of a stack: what is built, what is pushed, and which digest each service gets.
#include "base/diagnostics.hpp"
#include "docker/config.hpp"
#include "ops/build.hpp"
#include "ops/deps.hpp"
#include "ops/project.hpp"
#include "plan/choices.hpp"
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

/// What stands in the way of building what has `build:`; whoever builds nothing need not mind.
Diagnostics build_problems(const Loaded& loaded);

/// Builds (or finds by content), pushes, resolves digests; look-ups once an image, together. A
/// service that names an image which another one builds gets what was built.
/// Throws Error{build, registry, input, unauthorized}.
Images prepare_images(Deps& deps, const Loaded& loaded, const docker::Credentials& credentials,
                      const ImageOptions& options);

}  // namespace skep::ops
