#pragma once
// What an image is made of, as one hash.
#include "image/image.hpp"

#include <string>

namespace skep::image {

/// The hash for the content tag: over paths, contents, links and x bits of the context, and
/// Dockerfile, args, labels, target and platform; not over times, owners, umask, .git and ignored
/// files. 64 hex digits; the tag is "skep-" and the first 16.
std::string content_hash(const BuildOptions& options);

}  // namespace skep::image
