#pragma once
#include "ops/deps.hpp"
#include "ops/printable.hpp"
#include "ops/project_options.hpp"

#include <string>

namespace skep::ops {

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

/// `skep build` and `skep push`.
struct BuildVerbOptions {
  ProjectOptions project;
  ImageOptions image;
};
/// Builds (and pushes) what has `build:`; says each image's reference and digest. Throws
/// Error{build, registry, input, unauthorized}.
Printable build_images(Deps& deps, const BuildVerbOptions& options);

}  // namespace skep::ops
