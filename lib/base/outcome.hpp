#pragma once
// How a run of a verb ended, as values: the result, which is its exit status, and the cause.
#include "base/error.hpp"

namespace skep {

/// What state the cluster is in.
enum class Result {
  released,
  unchanged,
  failed,
  refused,
  pending,
  restored,
  torn,
  locked,
  interrupted
};
/// The one table of exit statuses; `skep --help` prints it.
int exit_status(Result result);
const char* word(Result result);

enum class Cause {
  none,
  input,
  engine,
  registry,
  build,
  database,
  preflight,
  unhealthy,
  deadline,
  conflict,
  lock,
  check,
  interrupted
};
const char* word(Cause cause);
/// The cause that an error of this kind is. The one table.
Cause cause_of(Kind kind);

}  // namespace skep
