#pragma once
// Checks single values while keys are checked: in each file by itself, before files are merged, so
// that the result does not depend on how many files there are. For lib/stack only.
#include "stack/cursor.hpp"

namespace skep::stack {

/// Checks a value of the right kind: the version, and parts of a short form that Swarm cannot do.
/// (In the long form these are keys of their own.)
void check_value(const yaml::Node& node, const Key& key, const std::string& path, Context& context);

/// Whether the value of a key that is left out asks for nothing, or for what Swarm does anyway.
bool asks_for_nothing(const yaml::Node& node, const Key& key);

/// The right word for a value that another part of Compose calls so; "" when none is known.
std::string_view meant_elsewhere(const Key& key, std::string_view written);

/// The first service of a file of version 1, which has its services at the top level; nullptr when
/// it is not such a file.
const yaml::Entry* service_at_top(const yaml::Node& root, const KeyTree& keys);

/// "2", "2.4": what Compose had before its Specification.
bool is_version_two(const std::string& version);

}  // namespace skep::stack
