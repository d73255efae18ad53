#pragma once
// `skep rm`.
#include "deploy/deps.hpp"
#include "project/options.hpp"

namespace skep::ops {

struct RemoveOptions {
  project::Options project;
  Duration timeout = std::chrono::minutes(5);
  Duration wait_lock = Duration::zero();
};
/// Removes services, secrets, configs, networks, records and the lock of a stack; waits until tasks
/// and networks are gone. Says what it leaves behind: volumes, the database. Emits Ended.
Ended remove_stack(deploy::Deps& deps, const RemoveOptions& options);

}  // namespace skep::ops
