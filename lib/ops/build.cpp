#include "ops/build.hpp"

#include "base/error.hpp"
#include "deploy/load.hpp"
#include "deploy/situation.hpp"
#include "ops/draft.hpp"

#include <fmt/format.h>

namespace skep::ops {

Printable build_images(deploy::Deps& deps, const BuildVerbOptions& options) {
  const project::Loaded loaded = deploy::load(deps, options.project);
  const auto& credentials = deps.credentials();
  deploy::ImageOptions image_options = options.image;
  image_options.push = options.image.push && loaded.project.push;
  const deploy::Images images = deploy::prepare_images(deps, loaded, credentials, image_options);
  Draft result{"", Json::array()};
  for (const auto& service : loaded.desired.services) {
    if (!service.build) continue;
    const std::string& reference = images.of_service.at(service.key);
    const plan::Resolved& digest = images.digests.at(reference);
    result.text += digest.digest.empty()
                       ? fmt::format("{} {}\n", service.key, reference)
                       : fmt::format("{} {}@{}\n", service.key, reference, digest.digest);
    result.json.push_back(
        {{"service", service.key}, {"image", reference}, {"digest", digest.digest}});
  }
  if (result.json.empty()) {
    throw Error(Kind::input, fmt::format("no service of stack \"{}\" has `build:`", loaded.stack),
                "there is nothing to build");
  }
  return result.done();
}

}  // namespace skep::ops
