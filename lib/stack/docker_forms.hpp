#pragma once
// How docker holds and prints values, where that is not as skep does. What it makes of a key stands
// in the table: DockerReading.
#include "yaml/document.hpp"

#include <string>

namespace skep::stack {

/// A text that is equal for two values that are equal in JSON.
std::string json_identity(const yaml::Node& node);

/// What Go's %s makes of a value; docker uses it for numbers too (docker/cli cli/compose/loader,
/// toStringList).
std::string as_go_prints(const yaml::Node& value);

}  // namespace skep::stack
