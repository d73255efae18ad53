#pragma once
// `skep doctor`: what would make a release fail.
#include "deploy/deps.hpp"
#include "project/options.hpp"

#include <string>
#include <vector>

namespace skep::ops {

struct DoctorOptions {
  project::Options project;
  bool read_only = false;  // leave out checks that need a write (the database, POST /auth)
};
struct Finding {
  enum class State { good, bad, unknown };
  State state = State::good;
  std::string what;  // "engine", "nodes", "registry", …
  std::string fact;
  std::string hint;  // what to do about a bad one
  bool operator==(const Finding&) const = default;
};
struct DoctorReport {
  std::vector<Finding> findings;
  /// None is bad.
  bool good() const;
};
DoctorReport doctor(deploy::Deps& deps, const DoctorOptions& options);

}  // namespace skep::ops
