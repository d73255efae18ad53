#include "ops/project.hpp"

#include "base/files.hpp"
#include "base/process.hpp"
#include "convert/desired.hpp"
#include "render/render.hpp"
#include "stack/read.hpp"
#include "yaml/interpolate.hpp"
#include "yaml/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace skep::ops {
namespace {

constexpr const char* kProjectFile = "skep.yml";

std::string folder_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

yaml::Interpolation interpolation(yaml::Lookup lookup, const ProjectOptions& options) {
  yaml::Interpolation how;
  how.lookup = std::move(lookup);
  how.allow_missing = options.allow_missing;
  return how;
}

/// A Compose file as a document, `${…}` replaced.
yaml::Document read_compose(const std::string& path, const std::string& shown_as,
                            const yaml::Interpolation& how, Diagnostics& problems) {
  yaml::Document document = yaml::read_path(path, shown_as, problems);
  document.root = yaml::interpolate(std::move(document.root), how, problems);
  return document;
}

/// Whether the image that the project builds brings a health check of its own.
bool dockerfile_has_healthcheck(const config::Project& project) {
  const yaml::Node* build = project.values.find("build");
  if (build == nullptr) return false;
  const yaml::Node* context = build->is_map() ? build->find("context") : build;
  const yaml::Node* file = build->is_map() ? build->find("dockerfile") : nullptr;
  const std::string folder =
      absolute_path(project.folder, context != nullptr ? context->text() : ".");
  const std::string path = absolute_path(folder, file != nullptr ? file->text() : "Dockerfile");
  return file_exists(path) && render::has_healthcheck(read_file(path));
}

yaml::Document render_project(const config::Project& project, const ProjectOptions& options,
                              const Env& env, Diagnostics& problems) {
  const auto how = interpolation(config::lookup(project, env), options);
  if (config::is_compose_file(project)) {
    return read_compose(absolute_path(project.folder, project.template_name), project.template_name,
                        how, problems);
  }
  render::Inputs inputs;
  inputs.values = project.values;
  inputs.builtins = {project.stack, project.base_stack, project.environment,
                     dockerfile_has_healthcheck(project)};
  inputs.interpolation = how;
  return render::render(render::load(project.template_name, project.folder), inputs, problems);
}

/// A project that is a Compose file and nothing else.
config::Project bare_project(const ProjectOptions& options, const Env& env, Diagnostics& problems) {
  config::Project project;
  project.file = options.compose_files.front();
  project.folder = project.file == "-" ? env.cwd : folder_of(absolute_path(env.cwd, project.file));
  project.template_name = project.file;
  project.stack = options.stack;
  project.base_stack = options.stack;
  project.variables = config::read_env_files(project.folder, options.env_files, env, problems);
  return project;
}

Loaded load_compose(const ProjectOptions& options, const Env& env) {
  Loaded loaded;
  if (options.compose_files.size() > 1) {
    throw Error(Kind::usage, "several -c files are not merged yet", "give one Compose file");
  }
  loaded.project = bare_project(options, env, loaded.problems);
  loaded.base_dir = loaded.project.folder;
  const std::string path =
      loaded.project.file == "-" ? "/dev/stdin" : absolute_path(env.cwd, loaded.project.file);
  loaded.rendered =
      read_compose(path, loaded.project.file,
                   interpolation(config::lookup(loaded.project, env), options), loaded.problems);
  return loaded;
}

config::Project read_project(const ProjectOptions& options, const Env& env, Diagnostics& problems) {
  const std::string file = options.file.empty() ? kProjectFile : options.file;
  if (!file_exists(absolute_path(env.cwd, file))) {
    throw Error(Kind::usage, fmt::format("there is no {} in {}", file, env.cwd),
                "`skep init` starts one; -f names another; -c deploys a Compose file alone");
  }
  const config::LoadOptions load_options{options.environment, options.set, options.env_files,
                                         options.allow_missing};
  auto project = config::load(file, load_options, env, problems);
  if (!options.stack.empty() && options.stack != project.stack) {
    throw Error(Kind::usage,
                fmt::format("{} is the project of stack \"{}\", not of \"{}\"", file, project.stack,
                            options.stack),
                "leave the name out, or choose another file with -f, or an environment with -e");
  }
  return project;
}

Loaded load_project_stack(const ProjectOptions& options, const Env& env) {
  Loaded loaded;
  loaded.project = read_project(options, env, loaded.problems);
  // A template needs a whole project: with mistakes in skep.yml what it renders would be noise.
  if (loaded.problems.has_errors()) return loaded;
  loaded.rendered = render_project(loaded.project, options, env, loaded.problems);
  // In a Compose file, as docker reads it: relative to the file. In a template: to skep.yml.
  loaded.base_dir =
      config::is_compose_file(loaded.project)
          ? folder_of(absolute_path(loaded.project.folder, loaded.project.template_name))
          : loaded.project.folder;
  return loaded;
}

/// What a service got can be handed to a one-off too, but not turned into the other form: a string
/// in a Swarm secret cannot be read back.
void check_one_off_deliveries(const config::User& user, Loaded& loaded) {
  std::set<std::string> one_offs;
  for (const auto& service : loaded.desired.services) {
    if (service.one_off) one_offs.insert(service.key);
  }
  const auto is_one_off = [&](const auto& delivery) { return one_offs.contains(delivery.service); };
  if (std::all_of(user.deliver.begin(), user.deliver.end(), is_one_off)) return;
  for (const auto& delivery : user.deliver) {
    if (!is_one_off(delivery)) continue;
    const bool same = std::any_of(user.deliver.begin(), user.deliver.end(), [&](const auto& other) {
      return !is_one_off(other) && other.env == delivery.env && other.secret == delivery.secret;
    });
    if (same) continue;
    loaded.problems.error(
        delivery.loc, fmt::format("mongodb.users.{}.deliver", user.name),
        fmt::format("one-off \"{}\" gets the user in another way than the services do",
                    delivery.service),
        "use the same `env` or `secret` as one of them");
  }
}

void read_stack(Loaded& loaded, const ProjectOptions& options, const Env& env) {
  if (loaded.rendered.root.is_null()) {
    if (loaded.problems.has_errors()) return;
    loaded.problems.error({loaded.rendered.file, 0, 0}, "", "the Compose file is empty",
                          "it needs `services:`");
    return;
  }
  stack::ReadOptions read_options;
  read_options.base_dir = loaded.base_dir;
  read_options.env = env;
  read_options.strict = options.strict;
  const auto stack = stack::read(loaded.rendered, read_options, loaded.problems);
  loaded.stack = loaded.project.stack.empty() ? stack.name : loaded.project.stack;
  if (loaded.stack.empty()) {
    throw Error(Kind::usage, "the stack has no name",
                fmt::format("skep VERB -c {} NAME, or `name:` in the file", loaded.project.file));
  }
  loaded.project.stack = loaded.stack;
  loaded.desired = convert::convert(stack, loaded.stack, loaded.problems);
  for (const auto& user :
       loaded.project.mongodb ? loaded.project.mongodb->users : std::vector<config::User>{}) {
    for (const auto& delivery : user.deliver) {
      if (stack.services.count(delivery.service) != 0) continue;
      std::vector<std::string> names;
      for (const auto& [name, service] : stack.services) names.push_back(name);
      loaded.problems.error(delivery.loc, fmt::format("mongodb.users.{}.deliver", user.name),
                            fmt::format("the stack has no service \"{}\"", delivery.service),
                            fmt::format("it has {}", fmt::join(names, ", ")));
    }
    check_one_off_deliveries(user, loaded);
  }
}

}  // namespace

Loaded load_all_problems(const ProjectOptions& options, const Env& env) {
  Loaded loaded =
      options.compose_files.empty() ? load_project_stack(options, env) : load_compose(options, env);
  if (!loaded.problems.has_errors() || !options.compose_files.empty())
    read_stack(loaded, options, env);
  return loaded;
}

Loaded load(const ProjectOptions& options, const Env& env) {
  Loaded loaded = load_all_problems(options, env);
  loaded.problems.throw_if_errors(loaded.project.file);
  return loaded;
}

config::Project load_project(const ProjectOptions& options, const Env& env) {
  Diagnostics problems;
  auto project = read_project(options, env, problems);
  problems.throw_if_errors(project.file);
  return project;
}

std::optional<std::string> git_commit(const std::string& folder, const Env& env) {
  try {
    const auto commit =
        run_process({"git", "-C", folder, "rev-parse", "--short=12", "HEAD"}, "", env);
    if (commit.exit != 0) return std::nullopt;
    const auto changes =
        run_process({"git", "-C", folder, "status", "--porcelain", "--", "."}, "", env);
    std::string text = commit.out.substr(0, commit.out.find('\n'));
    if (changes.exit == 0 && !changes.out.empty()) text += "-dirty";
    return text;
  } catch (const Error& error) {
    if (error.kind() == Kind::not_found) return std::nullopt;  // no git on this machine
    throw;
  }
}

}  // namespace skep::ops
