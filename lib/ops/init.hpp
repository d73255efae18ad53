#pragma once
// `skep init`.
#include "deploy/deps.hpp"
#include "ops/printable.hpp"

#include <string>

namespace skep::ops {

struct InitOptions {
  std::string directory;  // "" is the working directory
  std::string template_name = "web";
  std::string stack;
  std::string image;
  std::string host;
  bool force = false;
};
/// Writes skep.yml from a template's parameters, with values from the Dockerfile and git where it
/// can. Throws Error{usage} when there is a skep.yml already.
Printable init(deploy::Deps& deps, const InitOptions& options);

}  // namespace skep::ops
