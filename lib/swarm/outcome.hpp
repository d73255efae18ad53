#pragma once
// What happened, as values: the result of a rollout, and the values that the database module wants
// delivered.
#include "base/secret.hpp"

#include <map>
#include <string>

namespace skep::swarm {

/// How a run ended: what state the cluster is in. exit_status() is the one table of exit statuses,
/// which `skep --help` prints.
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

/// The result of a rollout: whether every stage was written and reached what it waited for.
struct Outcome {
  bool good = false;
  Cause cause = Cause::none;
  std::string message;                          // one line; which service, and why
  bool changed = false;                         // at least one write reached the cluster
  std::map<std::string, std::string> services;  // full name → last state
};

/// A value to deliver to a service: by environment variable or by a mounted Swarm secret.
struct Injection {
  std::string service;  // short name in the stack
  std::string env;  // variable that gets the value, or (by secret) VARIABLE_FILE that gets the path
  bool by_secret = false;
  std::string secret;  // by secret: plain secret name, as written in skep.yml ("mongodb_uri")
  bool keep = true;    // the live service's value stays as it is
  skep::Secret value;  // the new value when !keep
  std::string login;   // by secret: the database's user in it, when that is not the one of skep.yml
  std::string from =
      {};  // the live service whose value is kept, if it is another one (for a one-off)
};

}  // namespace skep::swarm
