#pragma once
// `skep init`.
#include "deploy/deps.hpp"

#include <string>
#include <vector>

namespace skep::ops {

struct InitOptions {
  std::string directory;  // "" is the working directory
  std::string template_name = "web";
  std::string stack;
  std::string image;
  std::string host;
  bool force = false;
};
struct InitResult {
  std::string file;                  // that was written
  std::vector<std::string> to_fill;  // its values that a person has to look at
  bool operator==(const InitResult&) const = default;
};
/// Writes skep.yml from a template's parameters, with values from the Dockerfile and git where it
/// can. Throws Error{usage} when there is a skep.yml already.
InitResult init(deploy::Deps& deps, const InitOptions& options);

}  // namespace skep::ops
