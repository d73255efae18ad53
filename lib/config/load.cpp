#include "config/load.hpp"

#include "base/files.hpp"
#include "config/environments.hpp"
#include "config/keys.hpp"
#include "config/project.hpp"
#include "config/read.hpp"
#include "config/set.hpp"
#include "yaml/interpolate.hpp"
#include "yaml/read.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::config {
namespace {

std::optional<std::string> find_variable(const std::vector<yaml::Variable>& variables,
                                         const Env& env, const std::string& name,
                                         const UsedVariable& used = {}) {
  if (auto value = env.get(name)) {
    if (used) used({name, *value, {}});
    return value;
  }
  const auto found = std::find_if(variables.rbegin(), variables.rend(),
                                  [&](const auto& variable) { return variable.name == name; });
  if (found == variables.rend()) return std::nullopt;
  if (used) used(*found);
  return found->value;
}

void append_env_file(const std::string& path, const std::string& shown_as, const Env& env,
                     std::vector<yaml::Variable>& variables, Diagnostics& diagnostics) {
  const auto known = [&](const std::string& name) { return find_variable(variables, env, name); };
  const auto more = yaml::read_dotenv(read_file(path), shown_as, known, diagnostics);
  variables.insert(variables.end(), more.begin(), more.end());
}

/// Where the folder's `.env` has the variable: ".env:2"; "" where it has not, or cannot be read.
std::string place_in_dotenv(const std::string& folder, const std::string& name, const Env& env) {
  Diagnostics ignored;
  try {
    for (const auto& variable : read_env_files(folder, {}, env, ignored)) {
      if (variable.name == name) return format(SourceLoc{".env", variable.loc.line, 0});
    }
  } catch (const Error&) {
    return "";  // that it cannot be read is no news of a file that nobody reads
  }
  return "";
}

}  // namespace

bool is_compose_file(const Project& project) {
  return project.template_name.ends_with(".yml") || project.template_name.ends_with(".yaml");
}

yaml::Lookup lookup(const Project& project, const Env& env, UsedVariable used) {
  return [variables = project.variables, env, used = std::move(used)](const std::string& name) {
    return find_variable(variables, env, name, used);
  };
}

std::vector<yaml::Variable> read_env_files(const std::string& folder,
                                           const std::vector<std::string>& env_files,
                                           const Env& env, Diagnostics& diagnostics) {
  std::vector<yaml::Variable> variables;
  const std::string usual = absolute_path(folder, ".env");
  if (env_files.empty() && file_exists(usual)) {
    append_env_file(usual, ".env", env, variables, diagnostics);
  }
  for (const auto& file : env_files) {
    append_env_file(absolute_path(env.cwd, file), file, env, variables, diagnostics);
  }
  return variables;
}

yaml::Advice advice(const std::string& folder, const std::vector<std::string>& env_files,
                    yaml::Dialect dialect, const Env& env) {
  const bool as_docker = dialect == yaml::Dialect::docker;
  const bool unread = as_docker || !env_files.empty();
  return [=](const std::string& name) {
    const std::string place = unread ? place_in_dotenv(folder, name, env) : "";
    if (!place.empty() && as_docker) {
      return fmt::format("{} has it, but docker reads no .env: export it, or say --compat none",
                         place);
    }
    if (!place.empty()) {
      return fmt::format("{} has it, but with --env-file no .env is read: add --env-file .env",
                         place);
    }
    // The same words for every variable, so that they are said once.
    if (as_docker) return std::string("export it, or give a default: ${NAME:-default}");
    return std::string(
        "set it, or give a default: ${NAME:-default}; it may stand in .env or a file "
        "of --env-file, and --allow-missing makes it blank");
  };
}

Project load(const std::string& path, const LoadOptions& options, const Env& env,
             Diagnostics& diagnostics) {
  const std::string absolute = absolute_path(env.cwd, path);
  const std::string folder = folder_of(absolute);
  const yaml::Document document = yaml::read_path(absolute, path, diagnostics);
  if (!document.root.is_map()) {
    throw Error(Kind::input, SourceLoc{path, 1, 1}, "there is no project in this file",
                "it needs at least stack: and template:");
  }
  check_keys(document.root, "", diagnostics);
  yaml::Node merged = with_environment(document.root, options.environment);
  for (const auto& flag : options.set) apply_set(merged, flag);
  if (!options.set.empty()) check_keys(merged, "", diagnostics);

  const auto variables = read_env_files(folder, options.env_files, env, diagnostics);
  const yaml::Lookup known = [&](const std::string& name) {
    return find_variable(variables, env, name);
  };
  check_environments(document.root, folder, known, diagnostics);
  yaml::Used used;
  const yaml::Lookup noted = [&](const std::string& name) {
    return find_variable(variables, env, name,
                         [&](const yaml::Variable& variable) { used.note(variable); });
  };
  const auto dialect = yaml::Dialect::compose;
  const yaml::Interpolation how{noted, options.allow_missing, dialect,
                                advice(folder, options.env_files, dialect, env), &used};
  merged = yaml::interpolate(std::move(merged), how, diagnostics);
  Project project = read_project(merged, folder, diagnostics);
  project.file = path;
  project.folder = folder;
  project.environment = options.environment;
  project.base_stack = base_stack_of(document.root, known);
  if (options.environment.empty()) project.base_stack = project.stack;
  project.variables = variables;
  project.used = std::move(used);
  return project;
}

}  // namespace skep::config
