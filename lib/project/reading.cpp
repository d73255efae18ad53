#include "project/reading.hpp"

#include "config/load.hpp"

#include <optional>
#include <sstream>
#include <utility>

namespace skep::project {
namespace {

/// docker knows the process's environment alone, and no `.env`. For Compose there is the name of
/// what is deployed too, whatever the environment says (compose-go cli, WithName).
yaml::Lookup lookup_of(Loaded& loaded, const Env& env) {
  const auto used = [&loaded](const yaml::Variable& variable) { loaded.used.note(variable); };
  if (loaded.compat == Compat::docker) {
    return [env, used](const std::string& name) {
      auto value = env.get(name);
      if (value) used({name, *value, {}});
      return value;
    };
  }
  auto others = config::lookup(loaded.project, env, used);
  return [stack = loaded.stack, others = std::move(others)](const std::string& name) {
    const bool own = name == "COMPOSE_PROJECT_NAME" && !stack.empty();
    return own ? std::optional(stack) : others(name);
  };
}

/// What is enabled: --profile, else COMPOSE_PROFILES, names with commas between them.
std::vector<std::string> profiles(const Options& options, const yaml::Lookup& lookup) {
  if (!options.profiles.empty()) return options.profiles;
  std::vector<std::string> result;
  std::istringstream names(lookup("COMPOSE_PROFILES").value_or(""));
  for (std::string name; std::getline(names, name, ',');) {
    if (!name.empty()) result.push_back(name);
  }
  return result;
}

}  // namespace

yaml::Interpolation interpolation(Loaded& loaded, const Options& options, const Env& env) {
  yaml::Interpolation how;
  how.lookup = lookup_of(loaded, env);
  how.allow_missing = options.allow_missing;
  if (loaded.compat == Compat::docker) how.dialect = yaml::Dialect::docker;
  how.advice = config::advice(loaded.project.folder, options.env_files, how.dialect, env);
  how.used = &loaded.used;
  return how;
}

stack::ReadOptions read_options(Loaded& loaded, const Options& options, const Env& env) {
  stack::ReadOptions result;
  result.compat = loaded.compat.value_or(Compat::none);
  result.base_dir = loaded.base_dir;
  result.env = env;
  result.lookup = lookup_of(loaded, env);
  result.allow_missing = options.allow_missing;
  result.strict = options.strict;
  return result;
}

stack::AssembleOptions assemble_options(Loaded& loaded, const Options& options, const Env& env) {
  stack::AssembleOptions result;
  result.used = [&loaded](const yaml::Variable& variable) { loaded.used.note(variable); };
  result.read = read_options(loaded, options, env);
  result.interpolation = interpolation(loaded, options, env);
  result.interpolate = options.interpolate;
  result.profiles = profiles(options, result.read.lookup);
  return result;
}

std::string name_in(const std::vector<yaml::Document>& files, const yaml::Interpolation& how) {
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    const yaml::Node* name = file->root.is_map() ? file->root.find("name") : nullptr;
    if (name == nullptr || name->text().empty()) continue;
    auto replaced = yaml::interpolate(name->text(), how);
    return replaced.problems.empty() ? std::move(replaced.text) : "";
  }
  return "";
}

}  // namespace skep::project
