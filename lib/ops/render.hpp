#pragma once
// `skep render` and `skep lint`: the Compose file, and what is wrong with the files.
#include "base/compat.hpp"
#include "base/diagnostics.hpp"
#include "base/env.hpp"
#include "deploy/compat.hpp"
#include "deploy/deps.hpp"
#include "project/options.hpp"
#include "yaml/document.hpp"

#include <optional>
#include <string>
#include <vector>

namespace skep::ops {

struct RenderResult {
  std::string stack;
  yaml::Node compose;
};
/// The Compose file that the template gives. Throws Error{input} with all that is wrong with it.
RenderResult render(const project::Options& options, const Env& env);

struct LintResult {
  std::string files;                 // what was looked at: "skep.yml", "a.yml, b.yml"
  std::vector<Diagnostic> problems;  // sorted
  std::optional<Compat> read_as;     // nullopt: the files could not be read at all
  bool is_compose = false;           // a Compose file, which docker reads as well; no template
  /// The stack of that name, where one is there and an engine says so.
  std::optional<deploy::StackThere> there;
  /// None of the problems is an error.
  bool good() const;
};
/// Every problem of the files, and how they were read (as skep or as docker reads a Compose file);
/// also how the live stack of that name is read, if an engine answers.
LintResult lint(deploy::Deps& deps, const project::Options& options);

}  // namespace skep::ops
