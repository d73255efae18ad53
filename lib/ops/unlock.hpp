#pragma once
// `skep unlock`.
#include "deploy/deps.hpp"
#include "ops/printable.hpp"
#include "project/options.hpp"

namespace skep::ops {

/// Frees the lock of a stack, whoever holds it, and says who held it.
Printable unlock(deploy::Deps& deps, const project::Options& options);

}  // namespace skep::ops
