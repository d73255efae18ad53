#pragma once
// Reads the files of a run that talks to an engine.
#include "deploy/deps.hpp"
#include "project/project.hpp"

namespace skep::deploy {

/// project::load(); then tells the redactor everything in it that is or looks like a secret, before
/// anything is printed: contents of `secrets:`, and values of variables and of a service's
/// environment whose name or form looks secret.
project::Loaded load(Deps& deps, const project::Options& options);

}  // namespace skep::deploy
