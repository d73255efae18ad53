#pragma once
// What is said of single values while keys are checked: of each file by itself, before files are
// merged, so that it does not depend on how many there are. For lib/stack only.
#include "stack/cursor.hpp"

namespace skep::stack {

/// Of a value of the right kind: the version, and what a short form says that Swarm cannot do. (The
/// long form says it with keys of its own.)
void check_value(const yaml::Node& node, const Key& key, const std::string& path, Context& context);

/// "2", "2.4": what Compose had before its Specification.
bool is_version_two(const std::string& version);

}  // namespace skep::stack
