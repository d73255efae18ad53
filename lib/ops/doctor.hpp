#pragma once
// `skep doctor`: what would make a release fail.
#include "deploy/deps.hpp"
#include "ops/printable.hpp"
#include "project/options.hpp"

namespace skep::ops {

struct DoctorOptions {
  project::Options project;
  bool read_only = false;  // leave out checks that need a write (the database, POST /auth)
};
struct DoctorResult {
  Printable printable;
  bool good = true;
};
DoctorResult doctor(deploy::Deps& deps, const DoctorOptions& options);

}  // namespace skep::ops
