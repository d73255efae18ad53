#pragma once
// What is said of single values while keys are checked: of each file by itself, before files are
// merged, so that it does not depend on how many there are. For lib/stack only.
#include "stack/cursor.hpp"

namespace skep::stack {

/// Of a value of the right kind: the version, and what a short form says that Swarm cannot do. (The
/// long form says it with keys of its own.)
void check_value(const yaml::Node& node, const Key& key, const std::string& path, Context& context);

/// Whether the value of a key that is left out asks for nothing, or for what Swarm does anyway.
bool asks_for_nothing(const yaml::Node& node, const Key& key);

/// What another part of Compose calls the value that is meant; "" where nothing is known.
std::string_view meant_elsewhere(const Key& key, std::string_view written);

/// The first service of a file of version 1, whose services stand at the top level; nullptr: it is
/// none.
const yaml::Entry* service_at_top(const yaml::Node& root, const KeyTree& keys);

/// "2", "2.4": what Compose had before its Specification.
bool is_version_two(const std::string& version);

}  // namespace skep::stack
