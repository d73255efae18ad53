#pragma once
// `skep config`.
#include "deploy/deps.hpp"
#include "project/options.hpp"
#include "yaml/document.hpp"

#include <string>
#include <variant>
#include <vector>

namespace skep::ops {

struct ConfigOptions {
  project::Options project;
  // At most one of these: names in place of the file.
  bool services = false;
  bool images = false;
  bool volumes = false;
  bool profiles = false;  // all that services name, enabled or not
  std::string hash;       // of a service, of several with commas between, "*" of all
};

struct ServiceHash {
  std::string service;  // key
  std::string digest;   // SHA-256 in hex, of what the files say of the service
  bool operator==(const ServiceHash&) const = default;
};
/// The file, the names that were asked for instead, or the hashes.
using Config = std::variant<yaml::Node, std::vector<std::string>, std::vector<ServiceHash>>;

/// The Compose files merged, with their variables replaced, in their long form. Warnings and
/// notices are events. Throws Error{input} with all problems of single values (what only a deploy
/// needs is not checked), Error{usage} for two listings at once or an unknown service.
Config config(deploy::Deps& deps, const ConfigOptions& options);

}  // namespace skep::ops
