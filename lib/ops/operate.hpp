#pragma once
// Verbs that change what is there without the project's files: rollback, scale, restart, auth
// refresh, rm, unlock, mongo ensure and status, node label.
#include "ops/deps.hpp"
#include "ops/printable.hpp"
#include "ops/project_options.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::ops {

/// What the verbs share that write to a stack as it is live. They take the lock and write a record,
/// and go back when they fail, as a release does.
struct ChangeOptions {
  ProjectOptions project;
  Duration timeout = std::chrono::minutes(10);
  std::optional<Duration> hold;  // how long a task must run before it counts (watch::hold_of)
  Duration wait_lock = Duration::zero();
  bool detach = false;
  bool dry_run = false;
};

struct RollbackOptions {
  ChangeOptions change;
  std::string revision;  // "3" or "r3"; empty: the released one before the last
  bool recreate = false;
};
/// Applies a kept release exactly as it was, but with the database credentials of today; jobs are
/// not run again, databases stay. Emits Ended. Throws Error{usage, input} of finding the stack.
Ended rollback(Deps& deps, const RollbackOptions& options);

struct ScaleOptions {
  ChangeOptions change;
  std::vector<std::string> replicas;  // SERVICE=N
};
/// Emits Ended. Throws Error{usage} for what is no SERVICE=N.
Ended scale(Deps& deps, const ScaleOptions& options);

struct RestartOptions {
  ChangeOptions change;
  std::vector<std::string> services;  // keys or full names; empty: all but jobs
};
/// New tasks of the same spec, one after the other as the update policy says. Emits Ended.
Ended restart(Deps& deps, const RestartOptions& options);

/// Gives the engine today's registry credentials for running services, without restarting a task;
/// writes no record. Emits Ended.
Ended refresh_auth(Deps& deps, const ChangeOptions& options);

struct RunOptions {
  ProjectOptions project;
  std::string service;  // key or full name
  std::vector<std::string> command;
  Duration timeout = std::chrono::minutes(10);
  Duration wait_lock = Duration::zero();
  /// Each line of its standard error or standard output as it comes; may be empty.
  std::function<void(bool error, const std::string& line)> on_line;
};
struct RunResult {
  Printable printable;  // what it wrote, exit code, node
  bool good = false;    // it exited with 0
};
/// One task like the service's, with its image, networks, secrets and mounts, that runs `command`
/// to its end, and leaves nothing behind. Takes the stack's lock. Throws Error{usage, not_found,
/// deadline, …}.
RunResult run_command(Deps& deps, const RunOptions& options);

struct RemoveOptions {
  ProjectOptions project;
  Duration timeout = std::chrono::minutes(5);
  Duration wait_lock = Duration::zero();
};
/// Removes services, secrets, configs, networks, records and the lock of a stack; waits until tasks
/// and networks are gone. Says what it leaves: volumes, the database. Emits Ended.
Ended remove_stack(Deps& deps, const RemoveOptions& options);

Printable unlock(Deps& deps, const ProjectOptions& options);

struct MongoOptions {
  ProjectOptions project;
  Duration timeout = std::chrono::minutes(5);
  Duration wait_lock = Duration::zero();
};
Ended mongo_ensure(Deps& deps, const MongoOptions& options);
struct MongoRotateOptions {
  MongoOptions mongo;
  std::string user;  // of skep.yml; empty: all
};
/// A second user of the database beside the one in use, delivered with a new password; the old one
/// goes when no task uses it any more. Emits Ended. Throws Error{usage} for an unknown user.
Ended mongo_rotate(Deps& deps, const MongoRotateOptions& options);
struct MongoStatusResult {
  Printable printable;
  bool good = true;
};
MongoStatusResult mongo_status(Deps& deps, const MongoOptions& options);

struct NodeLabelOptions {
  std::string node;                 // host name or id
  std::vector<std::string> labels;  // KEY=VALUE sets, KEY- removes
};
Printable label_node(Deps& deps, const NodeLabelOptions& options);

}  // namespace skep::ops
