#pragma once
// `skep unlock`.
#include "deploy/deps.hpp"
#include "project/options.hpp"
#include "release/lock.hpp"

#include <optional>
#include <string>

namespace skep::ops {

struct UnlockResult {
  std::string stack;
  std::optional<release::Holder> holder;  // whose lock it was; nullopt: nobody's
};
/// Frees the lock of a stack, whoever holds it.
UnlockResult unlock(deploy::Deps& deps, const project::Options& options);

}  // namespace skep::ops
