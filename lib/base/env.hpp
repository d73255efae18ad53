#pragma once
// What skep takes from the process: a value, so that tests never touch the real environment.
#include <map>
#include <optional>
#include <string>

namespace skep {

struct Env {
  std::map<std::string, std::string> variables;
  std::string cwd;        // absolute
  std::string host_name;  // of this machine
  bool may_ask = false;   // a person sits there: standard input and error are a terminal

  std::optional<std::string> get(const std::string& name) const;
  /// HOME, or "/" where it is not set.
  std::string home() const;
};

/// The environment and working directory of this process.
Env process_env();

}  // namespace skep
