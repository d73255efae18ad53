#include "project/project.hpp"

#include "base/files.hpp"
#include "config/load.hpp"
#include "convert/convert.hpp"
#include "project/reading.hpp"
#include "render/dockerfile.hpp"
#include "render/render.hpp"
#include "stack/read.hpp"
#include "yaml/interpolate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace skep::project {
namespace {

constexpr const char* kProjectFile = "skep.yml";

/// How the Compose file is to be read: the flag, else what skep.yml says. Throws Error{usage} where
/// docker's reading does not go with the rest.
Compat reading_for(const config::Project& project, const Options& options) {
  const auto said = options.compat ? options.compat : project.compat;
  if (said != Compat::docker) return Compat::none;
  if (!config::is_compose_file(project) && options.compose_files.empty()) {
    throw Error(Kind::usage, "--compat docker: docker reads no template",
                "leave the flag out, or name a Compose file as template: ./stack.yml");
  }
  if (!options.env_files.empty()) {
    const std::string why =
        options.compat_why.empty()
            ? "--compat docker"
            : fmt::format("this stack, which is read as docker reads it ({})", options.compat_why);
    throw Error(Kind::usage,
                fmt::format("--env-file does not go with {}: docker reads no such file", why),
                "export the variables, or say --compat none");
  }
  return Compat::docker;
}

/// The files as one; nothing where they are empty, which read_stack says. Throws Error{usage} when
/// a profile is asked for that no service has.
stack::Assembled assembled(std::vector<yaml::Document> files, const stack::AssembleOptions& how,
                           const Options& options, Diagnostics& problems) {
  if (files.size() == 1 && files.front().root.is_null()) {
    stack::Assembled empty;
    empty.document = std::move(files.front());
    return empty;
  }
  auto result = stack::assemble(std::move(files), how, problems);
  const auto& known = result.profiles;
  for (const auto& asked : options.profiles) {
    const bool there = asked == "*" || std::find(known.begin(), known.end(), asked) != known.end();
    if (there) continue;
    const std::string meant = nearest(asked, known);
    throw Error(Kind::usage, fmt::format("no service has the profile \"{}\"", asked),
                !meant.empty()  ? fmt::format("did you mean \"{}\"?", meant)
                : known.empty() ? "no service has a profile"
                                : fmt::format("the profiles are {}", fmt::join(known, ", ")));
  }
  return result;
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

yaml::Document render_template(Loaded& loaded, const Options& options, const Env& env) {
  const config::Project& project = loaded.project;
  render::Inputs inputs;
  inputs.values = project.values;
  inputs.builtins = {project.stack, project.base_stack, project.environment,
                     dockerfile_has_healthcheck(project)};
  inputs.interpolation = interpolation(loaded, options, env);
  return render::render(render::load(project.template_name, project.folder), inputs,
                        loaded.problems);
}

/// A project that is Compose files and nothing else. As with docker, relative paths mean the first
/// file's folder.
config::Project bare_project(const Options& options, const Env& env, Diagnostics& problems) {
  const std::string& first = options.compose_files.front();
  config::Project project;
  project.file = fmt::format("{}", fmt::join(options.compose_files, ", "));
  project.folder = first == "-" ? env.cwd : folder_of(absolute_path(env.cwd, first));
  project.template_name = first;
  project.stack = options.stack;
  project.base_stack = options.stack;
  if (options.compat != Compat::docker)
    project.variables = config::read_env_files(project.folder, options.env_files, env, problems);
  return project;
}

void load_compose(Loaded& loaded, const Options& options, const Env& env) {
  const auto& files = options.compose_files;
  if (std::count(files.begin(), files.end(), "-") > 1) {
    throw Error(Kind::usage, "\"-c -\" is there twice", "standard input is read once");
  }
  loaded.project = bare_project(options, env, loaded.problems);
  loaded.base_dir = loaded.project.folder;
  loaded.compat = reading_for(loaded.project, options);
  loaded.stack = options.stack;
  auto how = assemble_options(loaded, options, env);
  how.interpolate = false;
  std::vector<yaml::Document> documents;
  for (const auto& file : files) {
    const std::string path = file == "-" ? "/dev/stdin" : absolute_path(env.cwd, file);
    documents.push_back(stack::read_compose(path, file, how, loaded.problems));
  }
  if (loaded.stack.empty()) loaded.stack = name_in(documents, how.interpolation);
  how = assemble_options(loaded, options, env);
  for (auto& document : documents) {
    if (!how.interpolate) break;
    document.root = yaml::interpolate(std::move(document.root), how.interpolation, loaded.problems);
  }
  loaded.compose = assembled(std::move(documents), how, options, loaded.problems);
}

config::Project read_project(const Options& options, const Env& env, Diagnostics& problems) {
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

void load_project_stack(Loaded& loaded, const Options& options, const Env& env) {
  loaded.project = read_project(options, env, loaded.problems);
  // A template needs a whole project: with mistakes in skep.yml what it renders would be noise.
  if (loaded.problems.has_errors()) return;
  loaded.compat = reading_for(loaded.project, options);
  loaded.stack = loaded.project.stack;
  const std::string& name = loaded.project.template_name;
  const std::string path = absolute_path(loaded.project.folder, name);
  const bool compose_file = config::is_compose_file(loaded.project);
  // In a Compose file, as docker reads it: relative to the file. In a template: to skep.yml.
  loaded.base_dir = compose_file ? folder_of(path) : loaded.project.folder;
  if (!compose_file && !options.interpolate) {
    throw Error(Kind::usage, "--no-interpolate does not go with a template",
                "name a Compose file with -c");
  }
  const auto how = assemble_options(loaded, options, env);
  std::vector<yaml::Document> documents;
  documents.push_back(compose_file ? stack::read_compose(path, name, how, loaded.problems)
                                   : render_template(loaded, options, env));
  // With mistakes in what a template renders, what the stack's readers say would be noise.
  if (loaded.problems.has_errors()) return;
  loaded.compose = assembled(std::move(documents), how, options, loaded.problems);
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
      return !is_one_off(other) && other.place == delivery.place;
    });
    if (same) continue;
    loaded.problems.error(
        delivery.loc, fmt::format("mongodb.users.{}.deliver", user.name),
        fmt::format("one-off \"{}\" gets the user in another way than the services do",
                    delivery.service),
        "use the same `env` or `secret` as one of them");
  }
}

stack::Stack read_values(Loaded& loaded, const Options& options, const Env& env, bool whole) {
  auto how = read_options(loaded, options, env);
  how.whole = whole;
  return stack::read(loaded.compose, how, loaded.problems);
}

/// False when there is nothing to read, which is a problem unless another says why.
bool has_text(Loaded& loaded) {
  const auto& document = loaded.compose.document;
  if (!document.root.is_null()) return true;
  if (!loaded.problems.has_errors()) {
    loaded.problems.error({document.file, 0, 0}, "", "the Compose file is empty",
                          "it needs `services:`");
  }
  return false;
}

void read_stack(Loaded& loaded, const Options& options, const Env& env) {
  if (!has_text(loaded)) return;
  const auto stack = read_values(loaded, options, env, /*whole=*/true);
  loaded.stack = loaded.project.stack.empty() ? stack.name : loaded.project.stack;
  if (loaded.stack.empty()) {
    throw Error(Kind::usage, "the stack has no name",
                fmt::format("skep VERB -c {} NAME, or `name:` in the file", loaded.project.file));
  }
  loaded.project.stack = loaded.stack;
  Diagnostics found;
  loaded.desired = convert::convert(stack, loaded.stack, found);
  loaded.problems.add_where_no_error_is(found);
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

void load_text(Loaded& loaded, const Options& options, const Env& env) {
  if (options.compose_files.empty()) {
    load_project_stack(loaded, options, env);
  } else {
    load_compose(loaded, options, env);
  }
}

/// Where an error names the blank variable that it comes from, a warning of that variable is the
/// same again.
void drop_told_blanks(Diagnostics& problems) {
  std::map<SourceLoc, std::string> wrong;
  for (const auto& one : problems.sorted()) {
    if (one.severity == Severity::error) wrong[one.loc] += one.message + "\n";
  }
  problems.erase_if([&](const Diagnostic& one) {
    const auto at = one.message.find(yaml::kBlankAsDocker);
    const auto error = wrong.find(one.loc);
    return at != std::string::npos && error != wrong.end() &&
           error->second.find(one.message.substr(0, at)) != std::string::npos;
  });
}

/// Loads by `f`. What is said of it names variables, never their values: one may be a secret.
template <typename F>
Loaded loaded_by(F f) {
  Loaded loaded;
  const auto naming = [&] {
    yaml::Used all = loaded.project.used;
    all.add(loaded.used);
    return yaml::Naming(std::move(all));
  };
  try {
    f(loaded);
  } catch (const Error& error) {
    throw naming().named(error);
  }
  const bool build_problems = std::any_of(
      loaded.desired.services.begin(), loaded.desired.services.end(),
      [](const auto& service) { return service.build && !service.build->wrong.empty(); });
  if (loaded.problems.empty() && !build_problems) return loaded;
  const auto names = naming();
  loaded.problems.rewrite([&](Diagnostic one) { return names.named(std::move(one)); });
  for (auto& service : loaded.desired.services) {
    if (!service.build) continue;
    for (auto& one : service.build->wrong) one = names.named(std::move(one));
  }
  drop_told_blanks(loaded.problems);
  return loaded;
}

/// Where each value came from that no process variable gave; -v shows notices.
void name_variables(Loaded& loaded) {
  for (const auto* used : {&loaded.project.used, &loaded.used}) {
    for (const auto& variable : used->of_files()) {
      loaded.problems.notice(variable.loc, "",
                             fmt::format("the value of {} comes from here", variable.name));
    }
  }
}

}  // namespace

Loaded load_all_problems(const Options& options, const Env& env) {
  return loaded_by([&](Loaded& loaded) {
    load_text(loaded, options, env);
    read_stack(loaded, options, env);
  });
}

Loaded load_files(const Options& options, const Env& env) {
  Loaded loaded = loaded_by([&](Loaded& here) {
    load_text(here, options, env);
    const bool readable = has_text(here);
    if (readable && options.interpolate) {
      read_values(here, options, env, /*whole=*/false);
    } else {
      here.problems.add(here.compose.problems);
    }
  });
  loaded.problems.throw_if_errors(loaded.project.file);
  name_variables(loaded);
  return loaded;
}

Loaded load(const Options& options, const Env& env) {
  Loaded loaded = load_all_problems(options, env);
  loaded.problems.throw_if_errors(loaded.project.file);
  name_variables(loaded);
  return loaded;
}

yaml::Node readable_again(const Loaded& loaded, yaml::Node root) {
  if (loaded.compat == Compat::docker) return root;
  return yaml::with_dollars_doubled(std::move(root));
}

config::Project load_project(const Options& options, const Env& env) {
  Loaded loaded =
      loaded_by([&](Loaded& here) { here.project = read_project(options, env, here.problems); });
  loaded.problems.throw_if_errors(loaded.project.file);
  return std::move(loaded.project);
}

}  // namespace skep::project
