#include "base/diagnostics.hpp"
#include "ops/draft.hpp"
#include "ops/images.hpp"
#include "ops/inspect.hpp"
#include "ops/project.hpp"
#include "yaml/emit.hpp"

#include <fmt/format.h>

namespace skep::ops {

Printable render(const ProjectOptions& options, const Env& env) {
  const Loaded loaded = load(options, env);
  const std::string text = yaml::emit(loaded.compose.document.root);
  return Draft{text, {{"stack", loaded.stack}, {"compose", text}}}.done();
}

LintResult lint(const ProjectOptions& options, const Env& env) {
  Loaded loaded = load_all_problems(options, env);
  loaded.problems.add(build_problems(loaded));
  const bool errors = loaded.problems.has_errors();
  Draft draft{"", {{"good", !errors}, {"problems", Json::array()}}};
  std::size_t count = 0;
  for (const auto& problem : loaded.problems.sorted()) {
    ++count;
    draft.text += format(problem) + "\n";
    draft.json["problems"].push_back(
        {{"severity", problem.severity == Severity::error     ? "error"
                      : problem.severity == Severity::warning ? "warning"
                                                              : "notice"},
         {"file", problem.loc.file},
         {"line", problem.loc.line},
         {"column", problem.loc.column},
         {"path", problem.path},
         {"message", problem.message},
         {"hint", problem.hint}});
  }
  draft.text += count == 0 ? fmt::format("{}: no problem found\n", loaded.project.file)
                           : fmt::format("{}: {} problem{} found\n", loaded.project.file, count,
                                         count == 1 ? "" : "s");
  return {draft.done(), errors};
}

}  // namespace skep::ops
