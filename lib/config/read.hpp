#pragma once
// The merged, interpolated tree of skep.yml → Project. For lib/config only.
#include "base/diagnostics.hpp"
#include "config/project.hpp"
#include "yaml/document.hpp"

#include <string>
#include <vector>

namespace skep::config {

/// What `root` says; `folder` is where its relative paths start. Fields that are not in the tree
/// are left.
Project read_project(const yaml::Node& root, const std::string& folder, Diagnostics& diagnostics);

/// What two environments must not have in common.
struct Identity {
  std::string stack;
  std::string swarm;
  std::vector<std::string> databases;
  std::vector<std::string> users;
};
Identity identity_of(const Project& project);

/// Whether a stack can be called that: it begins the names of services, networks and secrets.
bool is_stack_name(const std::string& name);

MongoDb read_mongodb(const yaml::Node& node, const std::string& folder, Diagnostics& diagnostics);
std::vector<Check> read_checks(const yaml::Node& node, Diagnostics& diagnostics);

}  // namespace skep::config
