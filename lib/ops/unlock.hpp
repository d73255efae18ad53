#pragma once
// `skep unlock`.
#include "deploy/deps.hpp"
#include "ops/printable.hpp"
#include "project/options.hpp"

namespace skep::ops {

/// Takes the lock of a stack away, whoever holds it; says whose it was.
Printable unlock(deploy::Deps& deps, const project::Options& options);

}  // namespace skep::ops
