#pragma once
// `skep build` and `skep push`.
#include "deploy/deps.hpp"
#include "deploy/images.hpp"
#include "ops/printable.hpp"
#include "project/options.hpp"

namespace skep::ops {

struct BuildVerbOptions {
  project::Options project;
  deploy::ImageOptions image;
};
/// Builds (and pushes) what has `build:`; says each image's reference and digest. Throws
/// Error{build, registry, input, unauthorized}.
Printable build_images(deploy::Deps& deps, const BuildVerbOptions& options);

}  // namespace skep::ops
