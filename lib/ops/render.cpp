#include "base/diagnostics.hpp"
#include "ops/draft.hpp"
#include "ops/inspect.hpp"
#include "ops/project.hpp"
#include "yaml/emit.hpp"

#include <fmt/format.h>

namespace skep::ops {

Printable render(const ProjectOptions& options, const Env& env) {
  const Loaded loaded = load(options, env);
  const std::string text = yaml::emit(readable_again(loaded, loaded.compose.document.root));
  return Draft{text, {{"stack", loaded.stack}, {"compose", text}}}.done();
}

LintResult lint(const ProjectOptions& options, const Env& env) {
  const Loaded loaded = load_all_problems(options, env);
  const bool errors = loaded.problems.has_errors();
  Draft draft{"", {{"good", !errors}, {"problems", Json::array()}}};
  std::size_t count = 0;
  for (const auto& problem : loaded.problems.sorted()) {
    ++count;
    draft.text += format(problem) + "\n";
    draft.json["problems"].push_back(to_json(problem));
  }
  draft.text += count == 0 ? fmt::format("{}: no problem found\n", loaded.project.file)
                           : fmt::format("{}: {} problem{} found\n", loaded.project.file, count,
                                         count == 1 ? "" : "s");
  return {draft.done(), errors};
}

}  // namespace skep::ops
