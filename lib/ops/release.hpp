#pragma once
// The whole way: build, push, plan, database, rollout, checks, and the way back when something
// fails.
#include "deploy/deps.hpp"
#include "deploy/options.hpp"

namespace skep::ops {

/// Runs to the end and emits one Ended event, whose exit is also returned. Throws only Error{usage,
/// input} of reading the project, before anything was asked.
Ended release(deploy::Deps& deps, const deploy::ReleaseOptions& options);

}  // namespace skep::ops
