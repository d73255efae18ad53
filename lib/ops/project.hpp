#pragma once
// From the command line and files to the desired stack; asks no engine.
#include "base/diagnostics.hpp"
#include "base/env.hpp"
#include "config/project.hpp"
#include "convert/desired.hpp"
#include "stack/stack.hpp"
#include "yaml/document.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::ops {

/// Which project, or which Compose files, and what is laid over them.
struct ProjectOptions {
  std::string file;                        // -f; "" is ./skep.yml
  std::string environment;                 // -e
  std::vector<std::string> set;            // --set values.replicas=3
  std::vector<std::string> env_files;      // --env-file
  std::vector<std::string> compose_files;  // -c: a Compose file alone, no skep.yml
  std::string stack;  // STACK on the command line: with -c, or as a check of the project's name
  bool allow_missing = false;  // a missing variable is blank, as docker has it
  bool strict = false;         // what would be ignored is an error
};

struct Loaded {
  std::string stack;
  config::Project project;  // of a Compose file alone: empty but for its name
  yaml::Document rendered;  // the Compose text, values in place
  convert::Desired desired;
  Diagnostics problems;  // warnings and notices; errors were thrown
};

/// Throws Error{input} with every problem of all files at once; Error{usage} when there is no
/// project.
Loaded load(const ProjectOptions& options, const Env& env);
/// The same, but with the errors in `problems` instead of thrown (for lint); only what cannot be
/// read is thrown.
Loaded load_all_problems(const ProjectOptions& options, const Env& env);
/// The commit that `folder` is at, "-dirty" behind it with uncommitted changes; nullopt outside a
/// git checkout or without git.
std::optional<std::string> git_commit(const std::string& folder, const Env& env);

/// skep.yml alone, for verbs that need no rendered stack. Throws Error{usage, input}.
config::Project load_project(const ProjectOptions& options, const Env& env);

}  // namespace skep::ops
