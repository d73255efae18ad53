#pragma once
// From the command line and the files to the wanted stack. Asks no engine.
#include "base/diagnostics.hpp"
#include "base/env.hpp"
#include "config/project.hpp"
#include "convert/desired.hpp"
#include "project/options.hpp"
#include "stack/assemble.hpp"
#include "stack/stack.hpp"
#include "yaml/document.hpp"
#include "yaml/used.hpp"

#include <optional>
#include <string>

namespace skep::project {

struct Loaded {
  std::string stack;
  config::Project project;   // for a Compose file without skep.yml: empty, except for the name
  stack::Assembled compose;  // the Compose files as one, values in place
  std::string base_dir;      // absolute: relative paths of the Compose files start here
  /// How the Compose files were read; nullopt when there are none.
  std::optional<Compat> compat = {};
  convert::Desired desired;
  bool as_live = false;  // `desired` is what is live, not what files say
  yaml::Used used;       // the variables that values of the Compose files used
  Diagnostics problems;  // warnings and notices (errors were thrown)
};

/// Throws Error{input} with every problem of all files at once; Error{usage} when there is no
/// project.
Loaded load(const Options& options, const Env& env);
/// The same for lint: errors are in `problems` and are not thrown, unless a file cannot be read.
Loaded load_all_problems(const Options& options, const Env& env);
/// The Compose files as one, for `config`: each value is checked by itself, but not contents of
/// secrets and configs, nor whether the parts of the stack fit together. `desired` stays empty.
/// Throws as load() does.
Loaded load_files(const Options& options, const Env& env);
/// The Compose files' tree as it is printed: variables have been replaced, so each `$` is doubled,
/// and the text means the same when it is read again. docker doubles none; nor does skep in a file
/// that is read as docker reads it.
yaml::Node readable_again(const Loaded& loaded, yaml::Node root);
/// skep.yml alone, for verbs that need no rendered stack. Throws Error{usage, input}.
config::Project load_project(const Options& options, const Env& env);

}  // namespace skep::project
