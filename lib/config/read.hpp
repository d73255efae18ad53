#pragma once
// The merged, interpolated tree of skep.yml → Project. For lib/config only.
#include "base/diagnostics.hpp"
#include "config/project.hpp"
#include "yaml/document.hpp"

#include <string>
#include <vector>

namespace skep::config {

/// Reads `root`; its relative paths start in `folder`. Fields that are not in the tree keep their
/// defaults.
Project read_project(const yaml::Node& root, const std::string& folder, Diagnostics& diagnostics);

/// The things that two environments must not share.
struct Identity {
  std::string stack;
  std::string swarm;
  std::vector<std::string> databases;
  std::vector<std::string> users;
};
Identity identity_of(const Project& project);

/// Whether it can be a stack's name, which the names of services, networks and secrets begin with.
bool is_stack_name(const std::string& name);

MongoDb read_mongodb(const yaml::Node& node, const std::string& folder, Diagnostics& diagnostics);
std::vector<Check> read_checks(const yaml::Node& node, Diagnostics& diagnostics);

}  // namespace skep::config
