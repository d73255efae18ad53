#include "ops/build.hpp"

#include "base/error.hpp"
#include "deploy/load.hpp"

#include <fmt/format.h>

namespace skep::ops {

std::vector<BuiltImage> build_images(deploy::Deps& deps, const BuildVerbOptions& options) {
  const project::Loaded loaded = deploy::load(deps, options.project);
  const auto& credentials = deps.credentials();
  deploy::ImageOptions image_options = options.image;
  image_options.push = options.image.push && loaded.project.push;
  const deploy::Images images = deploy::prepare_images(deps, loaded, credentials, image_options);
  std::vector<BuiltImage> result;
  for (const auto& service : loaded.desired.services) {
    if (!service.build) continue;
    const std::string& reference = images.of_service.at(service.key);
    result.push_back({service.key, reference, images.digests.at(reference).digest});
  }
  if (result.empty()) {
    throw Error(Kind::input, fmt::format("no service of stack \"{}\" has `build:`", loaded.stack),
                "there is nothing to build");
  }
  return result;
}

}  // namespace skep::ops
