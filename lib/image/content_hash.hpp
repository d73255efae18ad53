#pragma once
// What an image is made of, as one hash.
#include "image/image.hpp"

#include <string>

namespace skep::image {

/// The content tag's hash: over paths, contents, links and x bits of the context, Dockerfile, args,
/// labels, target, platform (not times, owners, umask, .git, what .dockerignore names). 64 hex
/// digits; the tag is "skep-" + its first 16.
std::string content_hash(const BuildOptions& options);

}  // namespace skep::image
