#pragma once
// `skep rollback`.
#include "deploy/deps.hpp"
#include "deploy/options.hpp"

#include <string>

namespace skep::ops {

struct RollbackOptions {
  deploy::ChangeOptions change;
  std::string revision;  // "3" or "r3"; empty: the released one before the last
  bool recreate = false;
};
/// Applies a kept release exactly as it was, but with the database credentials of today; jobs are
/// not run again, databases stay. Emits Ended. Throws Error{usage, input} when the stack cannot be
/// found.
Ended rollback(deploy::Deps& deps, const RollbackOptions& options);

}  // namespace skep::ops
