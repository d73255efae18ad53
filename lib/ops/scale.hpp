#pragma once
// `skep scale` and `skep restart`.
#include "deploy/deps.hpp"
#include "deploy/options.hpp"

#include <string>
#include <vector>

namespace skep::ops {

struct ScaleOptions {
  deploy::ChangeOptions change;
  std::vector<std::string> replicas;  // SERVICE=N
};
/// Emits Ended. Throws Error{usage} for anything but SERVICE=N.
Ended scale(deploy::Deps& deps, const ScaleOptions& options);

struct RestartOptions {
  deploy::ChangeOptions change;
  std::vector<std::string> services;  // keys or full names; empty: all but jobs
};
/// Gives services new tasks of the same spec, one after the other as the update policy says. Emits
/// Ended.
Ended restart(deploy::Deps& deps, const RestartOptions& options);

}  // namespace skep::ops
