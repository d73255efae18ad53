#include "base/compat.hpp"
#include "base/diagnostics.hpp"
#include "base/outcome.hpp"
#include "base/plural.hpp"
#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "deploy/compat.hpp"
#include "ops/render.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace skep::cmd {
namespace {

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

const char* reader(Compat compat) {
  return compat == Compat::docker ? "docker" : "skep";
}

/// How the stack was read that is there, beside how the files were read now.
std::string format(const deploy::StackThere& there, Compat used) {
  const auto& [compat, why] = there.reading;
  const std::string because = why.empty() ? "" : fmt::format(" ({})", why);
  if (compat == used)
    return fmt::format("so was stack \"{}\", which is there{}\n", there.stack, because);
  return fmt::format(
      "stack \"{}\" is there, and was read as {} reads it{}: `--compat {}` reads the files so\n",
      there.stack, reader(compat), because, spelled(compat));
}

std::string format(const ops::LintResult& lint) {
  std::string text;
  for (const auto& problem : lint.problems) text += format(problem) + "\n";
  text += fmt::format("{}: {}\n", lint.files, verdict(lint.problems));
  if (!lint.read_as || !lint.is_compose) return text;
  text += fmt::format("read as {} reads it\n", reader(*lint.read_as));
  return lint.there ? text + format(*lint.there, *lint.read_as) : text;
}

Json to_json(const ops::LintResult& lint) {
  Json problems = Json::array();
  for (const auto& problem : lint.problems) problems.push_back(to_json(problem));
  Json stack;
  if (lint.there) {
    stack = {{"name", lint.there->stack},
             {"read_as", reader(lint.there->reading.compat)},
             {"why", lint.there->reading.why}};
  }
  return {{"good", lint.good()},
          {"problems", problems},
          {"read_as", lint.read_as ? Json(reader(*lint.read_as)) : Json()},
          {"stack", stack}};
}

}  // namespace

Runner bind_lint(Flags& flags) {
  auto options = std::make_shared<project::Options>();
  add_project_flags(flags, *options);
  return [options](Session& session) {
    const auto result = ops::lint(session.deps(), *options);
    session.print(result, format, to_json);
    return result.good() ? 0 : exit_status(Result::refused);
  };
}

}  // namespace skep::cmd
