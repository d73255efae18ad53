#pragma once
// How docker holds and prints values, where that is not as skep does. What it makes of a key stands
// in the table: DockerReading.
#include "yaml/document.hpp"

#include <string>

namespace skep::stack {

/// Two values that JSON holds for the same have the same.
std::string json_identity(const yaml::Node& node);

/// What Go's %s makes of a value, which docker gives numbers to as well (docker/cli
/// cli/compose/loader, toStringList).
std::string as_go_prints(const yaml::Node& value);

}  // namespace skep::stack
