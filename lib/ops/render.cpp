#include "base/diagnostics.hpp"
#include "ops/compat.hpp"
#include "ops/draft.hpp"
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

namespace {

const char* word(stack::Compat compat) {
  return compat == stack::Compat::docker ? "docker" : "skep";
}

/// A file that `deploy` would read in another way than this did is another file.
void add_reading(Deps& deps, const ProjectOptions& options, const Loaded& loaded, Draft& draft) {
  const auto used = loaded.compat.value_or(stack::Compat::none);
  draft.json["read_as"] = word(used);
  draft.json["stack"] = nullptr;
  const bool compose = !options.compose_files.empty() || config::is_compose_file(loaded.project);
  if (!compose) return;  // docker reads no template
  draft.text += fmt::format("read as {} reads it\n", word(used));
  const auto there = stack_there(deps, options);
  if (!there) return;
  const auto& [name, reading] = *there;
  draft.json["stack"] = {{"name", name}, {"read_as", word(reading.compat)}, {"why", reading.why}};
  const std::string why = reading.why.empty() ? "" : fmt::format(" ({})", reading.why);
  draft.text += reading.compat == used
                    ? fmt::format("so was stack \"{}\", which is there{}\n", name, why)
                    : fmt::format(
                          "stack \"{}\" is there, and was read as {} reads it{}: "
                          "`--compat {}` reads the files so\n",
                          name, word(reading.compat), why,
                          reading.compat == stack::Compat::docker ? "docker" : "none");
}

}  // namespace

LintResult lint(Deps& deps, const ProjectOptions& options) {
  const Loaded loaded = load_all_problems(options, deps.env);
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
  add_reading(deps, options, loaded, draft);
  return {draft.done(), errors};
}

}  // namespace skep::ops
