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
  bool dry_run = false;  // build and push nothing; an image that would be built counts as new
};

/// The image of each service.
struct Images {
  std::map<std::string, std::string> of_service;  // key → reference
  std::map<std::string, plan::Resolved> digests;  // reference → digest or error
};

/// Why services with `build:` cannot be built. It does not matter to a verb that builds nothing.
Diagnostics build_problems(const project::Loaded& loaded);

/// Builds images (or finds them by content), pushes them and resolves digests; each image is looked
/// up once, all at the same time. A service whose image another service builds gets what was built.
/// Throws Error{build, registry, input, unauthorized}.
Images prepare_images(Deps& deps, const project::Loaded& loaded,
                      const docker::Credentials& credentials, const ImageOptions& options);

}  // namespace skep::deploy
