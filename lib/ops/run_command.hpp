#pragma once
// `skep run`: one task like a service's, with a command of its own.
#include "deploy/deps.hpp"
#include "project/options.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace skep::ops {

struct RunOptions {
  project::Options project;
  std::string service;  // key or full name
  std::vector<std::string> command;
  Duration timeout = std::chrono::minutes(10);
  Duration wait_lock = Duration::zero();
  /// Called for each line of its standard error or standard output; may be empty.
  std::function<void(bool error, const std::string& line)> on_line;
};
struct RunResult {
  std::string service;           // full name
  std::string node;              // host name; "" where it had none
  std::optional<int> exit_code;  // nullopt: it did not start
  std::string error;             // of the task, such as why it did not start
  std::string out;               // its standard output
  std::string err;
  bool good = false;  // it started, and exited with 0
};
/// One task like the service's, with its image, networks, secrets and mounts, that runs `command`
/// to its end, and leaves nothing behind. Takes the stack's lock. Throws Error{usage, not_found,
/// deadline, …}.
RunResult run_command(deploy::Deps& deps, const RunOptions& options);

}  // namespace skep::ops
