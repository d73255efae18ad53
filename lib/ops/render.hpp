#pragma once
// `skep render` and `skep lint`: the Compose text, and what is wrong with the files.
#include "base/env.hpp"
#include "deploy/deps.hpp"
#include "ops/printable.hpp"
#include "project/options.hpp"

namespace skep::ops {

/// The Compose text that the template gives.
Printable render(const project::Options& options, const Env& env);

struct LintResult {
  Printable printable;
  bool errors = false;
};
/// Every problem of the files, and how they were read (as skep or as docker reads a Compose file);
/// also how the live stack of that name is read, if an engine answers.
LintResult lint(deploy::Deps& deps, const project::Options& options);

}  // namespace skep::ops
