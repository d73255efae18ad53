#include "base/diagnostics.hpp"
#include "ops/draft.hpp"
#include "ops/inspect.hpp"
#include "ops/project.hpp"
#include "ops/run.hpp"
#include "yaml/emit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace skep::ops {

Printable render(const ProjectOptions& options, const Env& env) {
  const Loaded loaded = load(options, env);
  const std::string text = yaml::emit(readable_again(loaded, loaded.compose.document.root));
  return Draft{text, {{"stack", loaded.stack}, {"compose", text}}}.done();
}

namespace {

/// Also with the error of a file that cannot be read at all: it is one of its problems.
Loaded load_for_lint(const ProjectOptions& options, const Env& env) {
  try {
    return load_all_problems(options, env);
  } catch (const Error& error) {
    if (error.kind() != Kind::input || !error.loc()) throw;
    Loaded unreadable;
    unreadable.project.file =
        options.compose_files.empty() ? error.loc()->file
                                      : fmt::format("{}", fmt::join(options.compose_files, ", "));
    unreadable.problems.add(as_diagnostic(error));
    return unreadable;
  }
}

std::string counted(std::size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// "2 errors, 1 notice", "no error; 1 notice", "no problem found"
std::string verdict(const std::vector<Diagnostic>& problems) {
  const auto count = [&](Severity severity) {
    return static_cast<std::size_t>(
        std::count_if(problems.begin(), problems.end(),
                      [&](const Diagnostic& one) { return one.severity == severity; }));
  };
  if (problems.empty()) return "no problem found";
  std::vector<std::string> words;
  if (const auto errors = count(Severity::error); errors > 0)
    words.push_back(counted(errors, "error"));
  const bool none = words.empty();
  if (const auto warnings = count(Severity::warning); warnings > 0)
    words.push_back(counted(warnings, "warning"));
  if (const auto notices = count(Severity::notice); notices > 0)
    words.push_back(counted(notices, "notice"));
  return fmt::format("{}{}", none ? "no error; " : "", fmt::join(words, ", "));
}

}  // namespace

LintResult lint(const ProjectOptions& options, const Env& env) {
  const Loaded loaded = load_for_lint(options, env);
  const auto problems = loaded.problems.sorted();
  const bool errors = loaded.problems.has_errors();
  Draft draft{"", {{"good", !errors}, {"problems", Json::array()}}};
  for (const auto& problem : problems) {
    draft.text += format(problem) + "\n";
    draft.json["problems"].push_back(to_json(problem));
  }
  draft.text += fmt::format("{}: {}\n", loaded.project.file, verdict(problems));
  return {draft.done(), errors};
}

}  // namespace skep::ops
