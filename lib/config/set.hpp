#pragma once
// `--set values.replicas=3`. For lib/config only.
#include "yaml/document.hpp"

#include <string>

namespace skep::config {

/// Lays one flag's value over the tree. `${…}` in it is not replaced. Throws Error{usage}.
void apply_set(yaml::Node& root, const std::string& flag);

}  // namespace skep::config
