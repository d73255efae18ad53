#pragma once
// skep.yml as a file → Project.
#include "base/diagnostics.hpp"
#include "base/env.hpp"
#include "config/project.hpp"
#include "yaml/dotenv.hpp"
#include "yaml/interpolate.hpp"

#include <functional>
#include <string>
#include <vector>

namespace skep::config {

/// Whether `template:` names a Compose file (it ends in .yml or .yaml) rather than a template.
bool is_compose_file(const Project& project);

/// Called for each variable that an env file gave.
using UsedVariable = std::function<void(const yaml::Variable&)>;

/// Variables for `${…}`: the process's environment, then the project's env files.
yaml::Lookup lookup(const Project& project, const Env& env, UsedVariable used = {});

/// The hint for a variable without a value: `env_files` (else `.env` in `folder`) were read; where
/// the file is read as docker reads it, none were.
yaml::Advice advice(const std::string& folder, const std::vector<std::string>& env_files,
                    yaml::Dialect dialect, const Env& env);

struct LoadOptions {
  std::string environment{};             // -e
  std::vector<std::string> set{};        // "values.replicas=3"
  std::vector<std::string> env_files{};  // --env-file, instead of the .env beside skep.yml
  bool allow_missing = false;            // a missing variable is blank
};

/// Reads `path` (relative to env's folder). Mistakes of meaning go to `diagnostics`, and the
/// Project has what could be read. Throws Error{input} when the file cannot be read or is not YAML,
/// Error{usage} for a --set without "=" or an unknown environment.
Project load(const std::string& path, const LoadOptions& options, const Env& env,
             Diagnostics& diagnostics);

/// The variables of the env files of a project in `folder`: those of --env-file, else of `.env` if
/// there is one.
std::vector<yaml::Variable> read_env_files(const std::string& folder,
                                           const std::vector<std::string>& env_files,
                                           const Env& env, Diagnostics& diagnostics);

}  // namespace skep::config
