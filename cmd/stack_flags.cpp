#include "cmd/stack_flags.hpp"

namespace skep::cmd {

namespace {

constexpr const char* kHold =
    "How long a task must run before it counts; not said: until a failure would have shown";

void add_file_flags(Flags& flags, project::Options& options) {
  flags.option("-f,--file", options.file, "FILE", "The project's file; ./skep.yml when not given");
  flags.option("-e,--environment", options.environment, "NAME",
               "Environment of the project to lay over it");
  flags.option("--set", options.set, "PATH=VALUE",
               "Lay a value over the file, such as values.replicas=3");
  flags.option("--env-file", options.env_files, "FILE",
               "Read variables from a file, instead of .env");
}

}  // namespace

void add_stack_flags(Flags& flags, project::Options& options) {
  add_file_flags(flags, options);
  flags.option("-s,--stack", options.stack, "STACK", "The stack's name, without a project's file");
}

void add_change_flags(Flags& flags, deploy::ChangeOptions& options) {
  add_stack_flags(flags, options.project);
  flags.duration("--timeout", options.timeout,
                 "How long the rollout may take, and again the way back");
  flags.duration("--hold", options.hold, kHold);
  flags.duration("--wait-lock", options.wait_lock, "How long to wait for a release of this stack");
  flags.flag("-d,--detach", options.detach, "Write and return, without waiting for tasks");
  flags.flag("--dry-run", options.dry_run, "Print the plan and change nothing");
}

void add_project_flags(Flags& flags, project::Options& options) {
  add_file_flags(flags, options);
  flags.option("-c,--compose-file", options.compose_files, "FILE",
               "Use Compose files alone, without skep.yml, later ones laid over earlier "
               "(\"-\" is standard input)");
  flags.positional("STACK", options.stack, false, "The stack's name, with -c");
  flags.option("--profile", options.profiles, "NAME",
               "Take services of this profile too, instead of those that COMPOSE_PROFILES names");
  flags.flag("--allow-missing", options.allow_missing,
             "A missing variable is blank instead of an error");
  flags.flag("--strict", options.strict, "What Swarm cannot do is an error instead of a warning");
  const auto compat = [&options](const std::string& text) { options.compat = compat_of(text); };
  flags.choice(
      "--compat", compat, {spelled(Compat::docker), spelled(Compat::none)},
      "Read the Compose file as docker does, or as skep does; not said: as skep.yml says, or "
      "as the stack was read that is there (lint, config and render: as skep does)");
}

void add_build_flags(Flags& flags, std::string& tag, bool& no_cache, bool& pull,
                     std::string& platform) {
  flags.option("--tag", tag, "TAG", "Tag of the images that are built; the commit when not given");
  flags.flag("--no-cache", no_cache,
             "Build without cache, also when the registry has this content");
  flags.flag("--pull", pull, "Look for newer base images; always builds");
  flags.option("--platform", platform, "OS/ARCH", "Platform to build for");
}

void add_rollout_flags(Flags& flags, deploy::ReleaseOptions& options) {
  flags.duration("--timeout", options.timeout,
                 "How long the rollout may take, and again the way back");
  flags.duration("--hold", options.hold, kHold);
  flags.duration("--wait-lock", options.wait_lock,
                 "How long to wait for another release of this stack");
  flags.flag("--verify", options.verify, "Ask the database also when nothing changed");
  flags.flag("--resume", options.resume, "Go on with a service whose update is paused");
  flags.flag("--recreate", options.recreate,
             "Remove and create again a service whose mode changes");
  flags.flag("--prune", options.prune, "Also remove services that the stack no longer names");
  flags.flag("-d,--detach", options.detach, "Write and return, without waiting for tasks");
  flags.flag("--dry-run", options.dry_run, "Print the plan and change nothing");
  flags.flag("--exit-code", options.exit_code,
             "With --dry-run: exit with 3 when changes are pending");
}

}  // namespace skep::cmd
