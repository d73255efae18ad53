#pragma once
// `skep config`.
#include "deploy/deps.hpp"
#include "ops/printable.hpp"
#include "project/options.hpp"

#include <string>

namespace skep::ops {

struct ConfigOptions {
  project::Options project;
  std::string format = "yaml";  // or json
  /// true: fill Printable::json (-o json), else only Printable::text. For a big file each form
  /// takes as long as reading it.
  bool as_line = false;
  // At most one of these: prints names, one a line, in place of the file.
  bool services = false;
  bool images = false;
  bool volumes = false;
  bool profiles = false;  // all that services name, enabled or not
  std::string hash;       // "NAME digest" of a service, of several with commas between, "*" of all
};

/// The Compose files merged, with their variables replaced, in their long form. Warnings and
/// notices are events. Throws Error{input} with all problems of single values (what only a deploy
/// needs is not checked), Error{usage} for two listings at once or an unknown service.
Printable config(deploy::Deps& deps, const ConfigOptions& options);

}  // namespace skep::ops
