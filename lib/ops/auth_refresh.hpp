#pragma once
// `skep auth refresh`.
#include "deploy/deps.hpp"
#include "deploy/options.hpp"

namespace skep::ops {

/// Gives the engine today's registry credentials for running services, without restarting a task;
/// writes no record. Emits Ended.
Ended refresh_auth(deploy::Deps& deps, const deploy::ChangeOptions& options);

}  // namespace skep::ops
