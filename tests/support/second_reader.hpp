#pragma once
// What skep writes and ships, read by yaml-cpp: a reader that shares nothing with skep's own, so
// that not only skep's reader says what skep's writer meant.
#include "yaml/document.hpp"

#include <string>

namespace skep::test {

/// Where yaml-cpp reads `text` otherwise than as `value`: the place, and what stands there for
/// each.
/// "" when it reads the same: types, contents and the order of keys.
std::string read_otherwise(const std::string& text, const yaml::Node& value);

/// `text` as skep reads it. Fails the running test when skep has something to say about it, or when
/// yaml-cpp reads it otherwise.
yaml::Node read_by_both(const std::string& text);

}  // namespace skep::test
