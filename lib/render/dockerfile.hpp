#pragma once
// What a Dockerfile says of itself.

#include <string>

namespace skep::render {

/// Whether an image built from this Dockerfile's text has a HEALTHCHECK of its own (of the last
/// stage, or of the stages that it is made from).
bool has_healthcheck(const std::string& dockerfile);

}  // namespace skep::render
