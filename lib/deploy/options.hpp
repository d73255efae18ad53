#pragma once
// Options of a release, or of another change of a stack.
#include "base/clock.hpp"
#include "project/options.hpp"

#include <optional>
#include <string>

namespace skep::deploy {

/// Which database users get a new name and password, even if nothing is wrong with them.
struct RotateUsers {
  bool all = false;
  std::string name;
  bool any() const { return all || !name.empty(); }
};

struct ReleaseOptions {
  project::Options project;
  bool build = true;  // false: `deploy`, which builds nothing
  std::string tag;    // --tag: for images that are built and have no tag
  bool no_cache = false;
  bool pull = false;
  std::string platform;
  bool verify = false;    // ask the database even when nothing changed
  bool rollback = true;   // false: --no-rollback leaves a failed release as it is
  bool resume = false;    // go on with a paused service
  bool recreate = false;  // remove and create a service again whose mode changes
  bool prune = false;
  bool resolve = true;  // false: --resolve-image never, images are deployed as written
  bool detach = false;  // do not wait for tasks
  bool dry_run = false;
  bool exit_code = false;  // with dry_run: 3 when changes are pending
  Duration timeout = std::chrono::minutes(10);
  std::optional<Duration> hold;  // how long a task must run before it counts (watch::hold_of)
  Duration database_timeout = std::chrono::minutes(3);  // of each task at the database
  RotateUsers rotate;
  Duration wait_lock = Duration::zero();
  std::string plan_file;  // --plan: a file of `skep diff --out`; carry out exactly that plan
  std::string version;    // skep's own: a plan of another version is refused
};

/// Shared by the verbs that change a live stack. Like a release they take the lock, write a record,
/// and go back when they fail.
struct ChangeOptions {
  project::Options project;
  Duration timeout = std::chrono::minutes(10);
  std::optional<Duration> hold;  // how long a task must run before it counts (watch::hold_of)
  Duration wait_lock = Duration::zero();
  bool detach = false;
  bool dry_run = false;
};

}  // namespace skep::deploy
