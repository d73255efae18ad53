#pragma once
// Images of a stack: what is built, what is pushed, and which digest each service gets.
#include "base/diagnostics.hpp"
#include "deploy/deps.hpp"
#include "docker/config.hpp"
#include "plan/choices.hpp"
#include "project/project.hpp"

#include <map>
#include <string>

namespace skep::deploy {

struct ImageOptions {
  std::string tag;
  bool no_cache = false;
  bool pull = false;
  std::string platform;
  bool build = true;    // build what has `build:`; false: the image must be in the registry already
  bool push = true;     // false: local images under their content tag
  bool resolve = true;  // false: deploy references as written
  bool dry_run = false;  // build and push nothing; what would be built counts as a new digest
};

/// What each service is deployed with. `live_services` are the stack's own, so that a registry that
/// is away does not matter for what does not change.
struct Images {
  std::map<std::string, std::string> of_service;  // key → reference
  std::map<std::string, plan::Resolved> digests;  // reference → digest or error
};

/// What stands in the way of building what has `build:`; whoever builds nothing need not mind.
Diagnostics build_problems(const project::Loaded& loaded);

/// Builds (or finds by content), pushes, resolves digests; look-ups once an image, together. A
/// service that names an image which another one builds gets what was built.
/// Throws Error{build, registry, input, unauthorized}.
Images prepare_images(Deps& deps, const project::Loaded& loaded,
                      const docker::Credentials& credentials, const ImageOptions& options);

}  // namespace skep::deploy
