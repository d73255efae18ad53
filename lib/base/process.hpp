#pragma once
#include "base/env.hpp"

#include <string>
#include <vector>

namespace skep {

struct ProcessResult {
  int exit = 0;  // 128 + n when it was ended by signal n
  std::string out;
  std::string err;
};

/// Runs a program found through env's PATH, gives it `input` on stdin, and waits. No shell.
/// Throws Error{not_found} when there is no such program.
ProcessResult run_process(const std::vector<std::string>& argv, const std::string& input,
                          const Env& env);

}  // namespace skep
