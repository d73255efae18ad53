#pragma once
// Other programs: credential helpers and git. Each has a time, a size and a way to be stopped.
#include "base/clock.hpp"
#include "base/env.hpp"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace skep {

/// Its path: `name` itself where it has a slash, else the first of that name in env's PATH that may
/// be run. Throws Error{not_found}.
std::string find_program(const std::string& name, const Env& env);

struct ProcessResult {
  int exit = 0;  // 128 + n when it was ended by signal n
  std::string out;
  std::string err;
};

/// What a program may use.
struct ProcessLimits {
  Duration time = std::chrono::seconds(60);
  std::size_t bytes = std::size_t{16} * 1024 * 1024;  // of output, each stream
  std::stop_token stop = {};
  std::function<void()> slow = {};  // called once, after kSlow
};
/// After this time the user should be told what skep waits for (a passphrase, a network).
inline constexpr Duration kSlow = std::chrono::seconds(10);

/// Runs a program found through env's PATH, gives it `input` on stdin, and waits until it has ended
/// and closed its output. No shell. It inherits the three standard streams and nothing else. It
/// gets a process group of its own, which is ended as a whole (SIGTERM, then SIGKILL) when the time
/// or the size is over or a stop is requested. Throws Error{not_found} when there is no such
/// program, Error{deadline} when it took too long, Error{rejected} when it said too much,
/// Error{interrupted}.
ProcessResult run_process(const std::vector<std::string>& argv, const std::string& input,
                          const Env& env, const ProcessLimits& limits = {});

}  // namespace skep
