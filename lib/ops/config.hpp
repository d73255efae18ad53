#pragma once
#include "deploy/deps.hpp"
#include "ops/printable.hpp"
#include "project/options.hpp"

#include <string>

namespace skep::ops {

struct ConfigOptions {
  project::Options project;
  std::string format = "yaml";  // or json
  /// Whether the file is wanted as Printable::json (-o json); else it is Printable::text alone: of
  /// a big file each form takes as long as reading it.
  bool as_line = false;
  // One of these at most: names, a line each, instead of the file.
  bool services = false;
  bool images = false;
  bool volumes = false;
  bool profiles = false;  // all that services name, whether enabled or not
  std::string hash;       // "NAME digest" of a service, of several with commas between, "*" of all
};

/// The Compose files merged, with their variables replaced, in their long form. Warnings and
/// notices are events. Throws Error{input} with all that is wrong with single values (what only a
/// deploy needs is not looked at), Error{usage} for two listings at once or an unknown service.
Printable config(deploy::Deps& deps, const ConfigOptions& options);

}  // namespace skep::ops
