#pragma once
// `skep check`.
#include "deploy/deps.hpp"
#include "project/options.hpp"

namespace skep::ops {

struct CheckOptions {
  project::Options project;
  Duration timeout = std::chrono::minutes(1);
};
/// Runs the project's checks until all are good or the time is over. Emits Ended.
Ended check(deploy::Deps& deps, const CheckOptions& options);

}  // namespace skep::ops
