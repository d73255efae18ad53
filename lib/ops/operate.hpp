#pragma once
// Verbs that change what is there without a release: rm, unlock, mongo ensure and status, node
// label.
#include "ops/deps.hpp"
#include "ops/printable.hpp"
#include "ops/project_options.hpp"

#include <map>
#include <string>
#include <vector>

namespace skep::ops {

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
