#pragma once
// The files of a run that talks to an engine.
#include "deploy/deps.hpp"
#include "project/project.hpp"

namespace skep::deploy {

/// load(), with everything in it that is, or looks like, a secret told to the redactor before
/// anything is printed: contents of `secrets:`, and values of variables and of a service's
/// environment whose name or form says so.
project::Loaded load(Deps& deps, const project::Options& options);

}  // namespace skep::deploy
