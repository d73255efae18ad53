#pragma once
// The files of a run that talks to an engine.
#include "ops/deps.hpp"
#include "ops/project.hpp"

namespace skep::ops {

/// load(), with everything in it that is, or looks like, a secret told to the redactor before
/// anything is printed: contents of `secrets:`, and values of variables and of a service's
/// environment whose name or form says so.
Loaded load(Deps& deps, const ProjectOptions& options);

}  // namespace skep::ops
