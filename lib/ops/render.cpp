#include "ops/render.hpp"

#include "base/diagnostics.hpp"
#include "base/plural.hpp"
#include "deploy/compat.hpp"
#include "deploy/images.hpp"
#include "deploy/verdict.hpp"
#include "ops/draft.hpp"
#include "project/project.hpp"
#include "yaml/emit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace skep::ops {

Printable render(const project::Options& options, const Env& env) {
  const project::Loaded loaded = project::load(options, env);
  const std::string text =
      yaml::emit(project::readable_again(loaded, loaded.compose.document.root));
  return Draft{text, {{"stack", loaded.stack}, {"compose", text}}}.done();
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
    words.push_back(plural(errors, "error"));
  const bool none = words.empty();
  if (const auto warnings = count(Severity::warning); warnings > 0)
    words.push_back(plural(warnings, "warning"));
  if (const auto notices = count(Severity::notice); notices > 0)
    words.push_back(plural(notices, "notice"));
  return fmt::format("{}{}", none ? "no error; " : "", fmt::join(words, ", "));
}

const char* word(stack::Compat compat) {
  return compat == stack::Compat::docker ? "docker" : "skep";
}

/// A file that `deploy` would read in another way than this did is another file.
void add_reading(deploy::Deps& deps, const project::Options& options, const Linted& linted,
                 Draft& draft) {
  draft.json["read_as"] = nullptr;
  draft.json["stack"] = nullptr;
  if (!linted.readable) return;
  const project::Loaded& loaded = linted.loaded;
  const auto used = loaded.compat.value_or(stack::Compat::none);
  draft.json["read_as"] = word(used);
  const bool compose = !options.compose_files.empty() || config::is_compose_file(loaded.project);
  if (!compose) return;  // docker reads no template
  draft.text += fmt::format("read as {} reads it\n", word(used));
  const auto there = deploy::stack_there(deps, options);
  if (!there) return;
  const auto& [name, reading] = *there;
  draft.json["stack"] = {{"name", name}, {"read_as", word(reading.compat)}, {"why", reading.why}};
  const std::string why = reading.why.empty() ? "" : fmt::format(" ({})", reading.why);
  draft.text += reading.compat == used
                    ? fmt::format("so was stack \"{}\", which is there{}\n", name, why)
                    : fmt::format(
                          "stack \"{}\" is there, and was read as {} reads it{}: "
                          "`--compat {}` reads the files so\n",
                          name, word(reading.compat), why, spelled(reading.compat));
}

}  // namespace

LintResult lint(deploy::Deps& deps, const project::Options& options) {
  Linted linted = load_for_lint(options, deps.env);
  project::Loaded& loaded = linted.loaded;
  if (linted.readable) loaded.problems.add(deploy::build_problems(loaded));
  const auto problems = loaded.problems.sorted();
  const bool errors = loaded.problems.has_errors();
  Draft draft{"", {{"good", !errors}, {"problems", Json::array()}}};
  for (const auto& problem : problems) {
    draft.text += format(problem) + "\n";
    draft.json["problems"].push_back(to_json(problem));
  }
  draft.text += fmt::format("{}: {}\n", loaded.project.file, verdict(problems));
  add_reading(deps, options, linted, draft);
  return {draft.done(), errors};
}

}  // namespace skep::ops
