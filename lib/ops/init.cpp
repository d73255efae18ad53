#include "ops/init.hpp"

#include "base/files.hpp"
#include "base/git.hpp"
#include "render/dockerfile.hpp"
#include "render/template.hpp"
#include "yaml/emit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace skep::ops {
namespace {

/// A folder's name as a stack's: lower case, and "-" for what a stack name cannot hold.
std::string stack_from(const std::string& folder) {
  std::string name = std::filesystem::path(folder).filename().string();
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return static_cast<char>(std::isalnum(c) != 0 ? std::tolower(c) : '-');
  });
  name.erase(0, name.find_first_not_of('-'));
  return name.empty() ? "app" : name;
}

/// The first port that the Dockerfile's EXPOSE names; "" when none.
std::string exposed_port(const std::string& dockerfile) {
  for (std::size_t at = 0; at < dockerfile.size();) {
    const std::size_t end = std::min(dockerfile.find('\n', at), dockerfile.size());
    std::string line = dockerfile.substr(at, end - at);
    at = end + 1;
    if (line.rfind("EXPOSE ", 0) != 0) continue;
    const std::string rest = line.substr(7);
    const std::size_t digits = rest.find_first_not_of("0123456789");
    if (digits != 0) return rest.substr(0, digits);
  }
  return "";
}

/// "git@host:team/api.git" or "https://host/team/api" → "team/api"; "" when there is no origin.
std::string repository_from_git(const std::string& folder, const Env& env,
                                const std::stop_token& stop) {
  const auto origin = ask_git(folder, {"remote", "get-url", "origin"}, env, stop);
  if (!origin) return "";
  std::string url = origin->substr(0, origin->find('\n'));
  if (url.ends_with(".git")) url.resize(url.size() - 4);
  const auto name = url.rfind('/');
  if (name == std::string::npos || name == 0) return "";
  const auto team = url.find_last_of("/:", name - 1);
  std::string path = url.substr(team == std::string::npos ? 0 : team + 1);
  std::transform(path.begin(), path.end(), path.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return path;
}

std::string value_line(const std::string& name, const std::string& value, const std::string& help) {
  return fmt::format("  {}: {:<40} # {}\n", name, value, help);
}

std::string scalar(const std::string& text) {
  return yaml::emit_scalar(yaml::Node::string(text));
}

}  // namespace

InitResult init(deploy::Deps& deps, const InitOptions& options) {
  const std::string folder =
      absolute_path(deps.env.cwd, options.directory.empty() ? "." : options.directory);
  const std::string path = folder + "/skep.yml";
  if (file_exists(path) && !options.force) {
    throw Error(Kind::usage, fmt::format("{} is there already", path), "--force replaces it");
  }
  const auto chosen = render::load_builtin(options.template_name);
  const std::string stack = options.stack.empty() ? stack_from(folder) : options.stack;
  const bool builds = file_exists(folder + "/Dockerfile");
  const std::string dockerfile = builds ? read_file(folder + "/Dockerfile") : "";
  const std::string repository = repository_from_git(folder, deps.env, deps.stop);
  const std::string image =
      !options.image.empty() ? options.image
                             : "registry.example.com/" + (repository.empty() ? stack : repository);
  std::map<std::string, std::string> known{
      {"image", scalar(image)},
      {"host", scalar(options.host.empty() ? stack + ".example.com" : options.host)}};
  if (builds) known["build"] = ".";
  if (!exposed_port(dockerfile).empty()) known["port"] = exposed_port(dockerfile);
  std::string text = fmt::format(
      "# {}\n# `skep template show {}` prints the template and all its parameters.\nstack: "
      "{}\ntemplate: {}\nvalues:\n",
      chosen.description, chosen.name, scalar(stack), chosen.name);
  InitResult result{path, {}};
  for (const auto& parameter : chosen.parameters) {
    const auto found = known.find(parameter.name);
    if (found != known.end()) {
      text += value_line(parameter.name, found->second, parameter.help);
    } else if (parameter.required && parameter.name != "health") {
      text += value_line(parameter.name, "", parameter.help);
      result.to_fill.push_back(parameter.name);
    } else if (parameter.name == "health" && !render::has_healthcheck(dockerfile)) {
      text += value_line(parameter.name, "none", parameter.help);
      result.to_fill.push_back(parameter.name);
    }
  }
  write_file(path, text);
  return result;
}

}  // namespace skep::ops
