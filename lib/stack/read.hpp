#pragma once
// yaml::Document → Stack. Reports all problems of the file at once, each with its place, its path
// ("services.web.ports[0]"), what is wrong and what to write instead. Files that the stack names
// (env files, secrets, configs) are read here, so that everything after this is pure.
#include "base/diagnostics.hpp"
#include "base/env.hpp"
#include "stack/stack.hpp"
#include "yaml/document.hpp"
#include "yaml/interpolate.hpp"

#include <optional>
#include <string>

namespace skep::stack {

struct ReadOptions {
  std::string base_dir;  // absolute: where relative paths start
  Env env;               // for `~`, and for variables where there is no `lookup`
  /// What names without a value and `secrets.*.environment` mean; empty: what `env` has.
  yaml::Lookup lookup = {};
  bool allow_missing = false;  // yaml::Interpolation
  bool strict = false;         // keys that Swarm cannot do or that are ignored are errors
  Compat compat = Compat::none;
  /// false: only each value by itself; contents of secrets and configs are not read, and whether
  /// the parts of the stack fit together is not checked (`skep config`, which also prints what
  /// cannot be deployed)
  bool whole = true;

  std::optional<std::string> variable(const std::string& name) const {
    return lookup ? lookup(name) : env.get(name);
  }
};

struct Assembled;

/// `document` is interpolated already (yaml::interpolate). With errors in `problems` the result is
/// what could be read.
Stack read(const yaml::Document& document, const ReadOptions& options, Diagnostics& problems);
/// For several files, or with profiles.
Stack read(const Assembled& files, const ReadOptions& options, Diagnostics& problems);

}  // namespace skep::stack
