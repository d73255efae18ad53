#pragma once
// `skep mongo ensure`, `rotate` and `status`.
#include "deploy/deps.hpp"
#include "ops/printable.hpp"
#include "project/options.hpp"

#include <string>

namespace skep::ops {

struct MongoOptions {
  project::Options project;
  Duration timeout = std::chrono::minutes(5);
  Duration wait_lock = Duration::zero();
};
Ended mongo_ensure(deploy::Deps& deps, const MongoOptions& options);
struct MongoRotateOptions {
  MongoOptions mongo;
  std::string user;  // of skep.yml; empty: all
};
/// Makes a second user beside the one in use and delivers it with a new password. The old one is
/// removed when no task uses it any more. Emits Ended. Throws Error{usage} for an unknown user.
Ended mongo_rotate(deploy::Deps& deps, const MongoRotateOptions& options);
struct MongoStatusResult {
  Printable printable;
  bool good = true;
};
MongoStatusResult mongo_status(deploy::Deps& deps, const MongoOptions& options);

}  // namespace skep::ops
