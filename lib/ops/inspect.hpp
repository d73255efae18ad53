#pragma once
// Verbs that only look: render, lint, diff, ls, status, logs, check, doctor, templates.
#include "base/error.hpp"
#include "ops/deps.hpp"
#include "ops/printable.hpp"
#include "ops/project_options.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace skep::ops {

/// The Compose text that the template gives.
Printable render(const ProjectOptions& options, const Env& env);

struct LintResult {
  Printable printable;
  bool errors = false;
};
/// Every problem of the files, which reading found them (as skep reads a Compose file, or as docker
/// does), and how the stack of that name is read that is there, where an engine says so.
LintResult lint(Deps& deps, const ProjectOptions& options);

struct DiffOptions {
  ProjectOptions project;
  std::string tag;
  bool prune = false;
  bool resume = false;
  bool recreate = false;
  bool resolve = true;
  std::string from;     // "3" or "r3": compare this kept release with the files, not what is live
  std::string out;      // a file for `deploy --plan`
  std::string version;  // skep's own, for that file
};
struct DiffResult {
  Printable printable;
  bool changes = false;
  std::optional<Error> unfit;  // why the swarm cannot carry it: to be said behind what is printed
};
/// What a deploy of images that are already pushed would change, and what was changed by hand since
/// the last release. With `from`: what leads from that release to the files, whatever is live.
/// Throws Error{usage, not_found} for a release that is not kept, and what planning throws.
DiffResult diff(Deps& deps, const DiffOptions& options);

Printable list_stacks(Deps& deps);
/// Services and tasks of a stack, its last release and its lock. Throws Error{not_found} when there
/// is no such stack.
Printable status(Deps& deps, const ProjectOptions& options);

/// The kept releases of a stack, oldest first. Throws Error{not_found} when none is kept.
Printable history(Deps& deps, const ProjectOptions& options);
struct HistoryShowOptions {
  ProjectOptions project;
  std::string revision;  // "3" or "r3"
};
/// One kept release: its services' specs, redacted, and where a failure of it would have gone back
/// to. Throws Error{usage, not_found}.
Printable show_release(Deps& deps, const HistoryShowOptions& options);

struct LogsOptions {
  ProjectOptions project;
  std::string service;  // key; "" is all
  std::string tail = "100";
  bool follow = false;
  bool timestamps = false;
};
/// Hands over line by line: "service.slot@node | text". Ends with the lines that are there, or goes
/// on with `follow`.
void logs(Deps& deps, const LogsOptions& options,
          const std::function<void(const Printable&)>& sink);

struct CheckOptions {
  ProjectOptions project;
  Duration timeout = std::chrono::minutes(1);
};
/// Runs the project's checks until all are good or the time is over. Emits Ended.
Ended check(Deps& deps, const CheckOptions& options);

struct DoctorOptions {
  ProjectOptions project;
  bool read_only = false;  // leave out what must write to know (the database, POST /auth)
};
struct DoctorResult {
  Printable printable;
  bool good = true;
};
DoctorResult doctor(Deps& deps, const DoctorOptions& options);

/// docker's contexts, which of them is chosen, and by what. Asks no engine. Throws Error{usage} when
/// --host and --context are both given, Error{input} for a config.json that cannot be read.
Printable list_contexts(const Deps& deps);

Printable list_templates();
/// Throws Error{usage} with a suggestion when there is no such template.
Printable show_template(const std::string& name);

struct InitOptions {
  std::string directory;  // "" is the working directory
  std::string template_name = "web";
  std::string stack;
  std::string image;
  std::string host;
  bool force = false;
};
/// Writes skep.yml from a template's parameters, reading what it can (Dockerfile, git). Throws
/// Error{usage} when one is there.
Printable init(Deps& deps, const InitOptions& options);

Printable version(Deps& deps, bool engine, const std::string& own_version);

}  // namespace skep::ops
