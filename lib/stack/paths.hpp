#pragma once
// Makes the paths of a Compose file absolute.
#include "yaml/document.hpp"

#include <optional>
#include <string>

namespace skep::stack {

/// A file's tree with its relative paths made absolute below `folder`, because paths from `extends`
/// and `include` start in the folder of the file that has them. Names of volumes stay, and so do
/// texts that are not paths (a git URL as a build context), and `~` where `home` is not given.
yaml::Node with_absolute_paths(yaml::Node root, const std::string& folder,
                               const std::optional<std::string>& home = {});
/// The same for one service.
yaml::Node service_with_absolute_paths(yaml::Node service, const std::string& folder);

}  // namespace skep::stack
