#pragma once
// A program that runs beside skep for as long as it is wanted: ssh with its forwarding.
#include "base/env.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace skep {

/// Nothing on its standard input; what it says on both other streams is kept, the last 4 KiB. It
/// ends with skep, however skep ends. Ctrl-C and the end of the terminal are skep's to answer: the
/// program does not feel them.
class Companion {
 public:
  /// Starts a program found through env's PATH. Where env.may_ask it may ask on the terminal; else
  /// no signal to skep's process group reaches it. Throws Error{not_found, internal}.
  Companion(const std::vector<std::string>& argv, const Env& env);
  /// Ends it: SIGTERM, after 3 s SIGKILL.
  ~Companion();
  Companion(const Companion&) = delete;
  Companion& operator=(const Companion&) = delete;

  /// Its exit status (128 + n when it was ended by signal n); nullopt while it runs.
  std::optional<int> ended() const;
  std::string said() const;

 private:
  void keep(const std::vector<std::string>& argv, const Env& env);
  void listen(int pipe, int process);
  void note(std::string_view more);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  pid_t pid_ = 0;
  int error_ = 0;  // why it was not started
  std::optional<int> ended_;
  std::string said_;
  std::thread keeper_;  // forks, and lives as long: the kernel ends the program with this thread
};

}  // namespace skep
