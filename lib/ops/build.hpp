#pragma once
// `skep build` and `skep push`.
#include "deploy/deps.hpp"
#include "deploy/images.hpp"
#include "project/options.hpp"

#include <string>
#include <vector>

namespace skep::ops {

struct BuildVerbOptions {
  project::Options project;
  deploy::ImageOptions image;
};
struct BuiltImage {
  std::string service;  // key
  std::string reference;
  std::string digest;  // "" of an image that is not pushed
  bool operator==(const BuiltImage&) const = default;
};
/// Builds (and pushes) what has `build:`: an image of each such service. Throws Error{build,
/// registry, input, unauthorized}.
std::vector<BuiltImage> build_images(deploy::Deps& deps, const BuildVerbOptions& options);

}  // namespace skep::ops
