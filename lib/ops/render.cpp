#include "base/diagnostics.hpp"
#include "ops/inspect.hpp"
#include "yaml/emit.hpp"

#include <fmt/format.h>

namespace skep::ops {

Printable render(const ProjectOptions& options, const Env& env) {
  const Loaded loaded = load(options, env);
  const std::string text = yaml::emit(loaded.rendered.root);
  return {text, {{"stack", loaded.stack}, {"compose", text}}};
}

LintResult lint(const ProjectOptions& options, const Env& env) {
  const Loaded loaded = load_all_problems(options, env);
  LintResult result;
  result.errors = loaded.problems.has_errors();
  result.printable.json = {{"good", !result.errors}, {"problems", Json::array()}};
  std::size_t count = 0;
  for (const auto& problem : loaded.problems.sorted()) {
    ++count;
    result.printable.text += format(problem) + "\n";
    result.printable.json["problems"].push_back(
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
  result.printable.text += count == 0 ? fmt::format("{}: no problem found\n", loaded.project.file)
                                      : fmt::format("{}: {} found\n", loaded.project.file, count);
  return result;
}

}  // namespace skep::ops
