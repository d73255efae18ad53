#pragma once
// The keys that skep.yml may have, as one table. For lib/config only.
#include "base/diagnostics.hpp"
#include "yaml/document.hpp"

#include <string>

namespace skep::config {

/// Reports every key of `root` (skep.yml, or one environment's part of it) that skep does not know,
/// with the nearest known one as a hint.
void check_keys(const yaml::Node& root, const std::string& path, Diagnostics& diagnostics);

}  // namespace skep::config
