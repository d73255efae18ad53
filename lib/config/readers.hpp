#pragma once
// The bigger parts of skep.yml, one reader each. For lib/config only.
#include "base/diagnostics.hpp"
#include "config/project.hpp"
#include "yaml/document.hpp"

#include <string>
#include <vector>

namespace skep::config {

MongoDb read_mongodb(const yaml::Node& node, const std::string& folder, Diagnostics& diagnostics);
std::vector<Check> read_checks(const yaml::Node& node, Diagnostics& diagnostics);

}  // namespace skep::config
