#pragma once
// From the command line and files to the desired stack; asks no engine.
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
  config::Project project;   // of a Compose file alone: empty but for its name
  stack::Assembled compose;  // the Compose files as one, values in place
  std::string base_dir;      // absolute: relative paths in it start here
  /// How the Compose files were read; nullopt when none was read.
  std::optional<stack::Compat> compat = {};
  convert::Desired desired;
  bool as_live = false;  // `desired` is what is live, not what files say
  yaml::Used used;       // the variables that a value of the Compose files took
  Diagnostics problems;  // warnings and notices; errors were thrown
};

/// Throws Error{input} with every problem of all files at once; Error{usage} when there is no
/// project.
Loaded load(const Options& options, const Env& env);
/// The same, but with the errors in `problems` instead of thrown (for lint); only what cannot be
/// read is thrown.
Loaded load_all_problems(const Options& options, const Env& env);
/// The Compose files as one, each value checked by itself: neither what secrets and configs hold
/// nor whether the parts of the stack go together. `desired` stays empty. For `config`. Throws as
/// load does.
Loaded load_files(const Options& options, const Env& env);
/// The Compose files' tree as it is printed: its values' variables are replaced, so that each `$`
/// is doubled, and the text means the same when it is read again. docker doubles nothing, and so
/// does a file that is read as docker reads it.
yaml::Node readable_again(const Loaded& loaded, yaml::Node root);
/// skep.yml alone, for verbs that need no rendered stack. Throws Error{usage, input}.
config::Project load_project(const Options& options, const Env& env);

}  // namespace skep::project
