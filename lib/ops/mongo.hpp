#pragma once
// `skep mongo ensure`, `rotate` and `status`.
#include "deploy/deps.hpp"
#include "project/options.hpp"

#include <string>
#include <vector>

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
struct UserStatus {
  std::string user;            // of skep.yml
  bool only_one_offs = false;  // no service gets it: its password is one of each run
  bool exists = false;
  bool login = false;  // works, with what is delivered
  std::vector<std::string> roles;
  std::string primary;  // host:port
  std::string version;  // of MongoDB
  std::string problem;  // "" when all is well
  bool operator==(const UserStatus&) const = default;
};
struct MongoStatus {
  std::vector<UserStatus> users;
  /// No user has a problem.
  bool good() const;
};
/// Asks the database; changes nothing in it.
MongoStatus mongo_status(deploy::Deps& deps, const MongoOptions& options);

}  // namespace skep::ops
