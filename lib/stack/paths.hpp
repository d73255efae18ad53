#pragma once
// The paths that a Compose file names.
#include "yaml/document.hpp"

#include <optional>
#include <string>

namespace skep::stack {

/// A file's tree with its relative paths made absolute below `folder`: what `extends` and `include`
/// bring from a file means that file's folder. Names of volumes stay, so do texts that are no path
/// (a git URL as a build context), and `~` where `home` is not given.
yaml::Node with_absolute_paths(yaml::Node root, const std::string& folder,
                               const std::optional<std::string>& home = {});
/// The same of one service.
yaml::Node service_with_absolute_paths(yaml::Node service, const std::string& folder);

}  // namespace skep::stack
