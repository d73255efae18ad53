#include "ops/render.hpp"

#include "config/load.hpp"
#include "deploy/images.hpp"
#include "deploy/verdict.hpp"
#include "project/project.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::ops {

RenderResult render(const project::Options& options, const Env& env) {
  const project::Loaded loaded = project::load(options, env);
  return {loaded.stack, project::readable_again(loaded, loaded.compose.document.root)};
}

namespace {

struct Linted {
  project::Loaded loaded;
  bool readable = true;
};

/// Also with the error of a file that cannot be read at all: it is one of its problems.
Linted load_for_lint(const project::Options& options, const Env& env) {
  try {
    return {project::load_all_problems(options, env)};
  } catch (const Error& error) {
    if (error.kind() != Kind::input || !error.loc()) throw;
    project::Loaded unreadable;
    unreadable.project.file = options.compose_files.empty()
                                  ? error.loc()->file
                                  : fmt::format("{}", fmt::join(options.compose_files, ", "));
    unreadable.problems.add(deploy::as_diagnostic(error));
    return {std::move(unreadable), /*readable=*/false};
  }
}

}  // namespace

LintResult lint(deploy::Deps& deps, const project::Options& options) {
  Linted linted = load_for_lint(options, deps.env);
  project::Loaded& loaded = linted.loaded;
  LintResult result;
  result.files = loaded.project.file;
  if (linted.readable) {
    loaded.problems.add(deploy::build_problems(loaded));
    result.read_as = loaded.compat.value_or(Compat::none);
    result.is_compose = !options.compose_files.empty() || config::is_compose_file(loaded.project);
    if (result.is_compose) result.there = deploy::stack_there(deps, options);
  }
  result.problems = loaded.problems.sorted();
  return result;
}

bool LintResult::good() const {
  return std::none_of(problems.begin(), problems.end(), [](const Diagnostic& problem) {
    return problem.severity == Severity::error;
  });
}

}  // namespace skep::ops
