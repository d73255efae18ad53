#pragma once
// `skep ls` and `skep status`.
#include "deploy/deps.hpp"
#include "ops/printable.hpp"
#include "project/options.hpp"

namespace skep::ops {

Printable list_stacks(deploy::Deps& deps);
/// Services and tasks of a stack, its last release and its lock. Throws Error{not_found} when there
/// is no such stack.
Printable status(deploy::Deps& deps, const project::Options& options);

}  // namespace skep::ops
