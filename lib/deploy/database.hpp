#pragma once
// The database part of a release: from skep.yml to lib/mongo, and what the plan must know about it
// beforehand.
#include "base/diagnostics.hpp"
#include "deploy/deps.hpp"
#include "deploy/options.hpp"
#include "docker/config.hpp"
#include "mongo/mongo.hpp"
#include "plan/plan.hpp"
#include "project/project.hpp"
#include "release/records.hpp"
#include "swarm/snapshot.hpp"

#include <map>
#include <string>
#include <vector>

namespace skep::deploy {

/// The users that the project names; empty without `mongodb:`.
const std::vector<config::User>& users_of(const project::Loaded& loaded);

/// What is known before the database is asked.
struct DatabaseNeed {
  bool wanted = false;  // the project names users
  /// Some user is not known to be ensured (docs/decisions.md, "Database users").
  bool due = false;
  std::uint64_t verified_in = 0;  // the release that ensured them, when not due
  /// One for each delivery: `keep` when the live service carries it, else a placeholder for the
  /// value to come.
  std::vector<swarm::Injection> injections;
};
DatabaseNeed database_need(const project::Loaded& loaded, const swarm::Snapshot& snapshot,
                           const std::vector<release::Kept>& records);

/// Whether the plan runs a one-off with a user that no service carries. Its password is not known,
/// so it gets a new one.
bool needs_new_password(const project::Loaded& loaded, const plan::Plan& plan);

/// Adds problems that can be known before the first change: the network, the admin's secret, the
/// image.
void database_preflight(const project::Loaded& loaded, const swarm::Snapshot& snapshot,
                        Diagnostics& problems);

/// The project's database and users, with the admin's password read from its variable or file.
struct DatabasePlan {
  mongo::Cluster cluster;
  std::vector<mongo::User> users;
};
/// Throws Error{input} when the password's variable or file is missing.
DatabasePlan database_plan(const project::Loaded& loaded, Deps& deps);

struct DatabaseResult {
  std::vector<swarm::Injection> injections;
  // By user of skep.yml, after the rollout:
  std::map<std::string, std::vector<std::string>> to_revoke;  // roles
  std::map<std::string, std::string> to_drop;                 // the user that was in use before
  std::string summary;                                        // "user kittenapi created"
  bool changed = false;
};
/// Ensures every user, or rotates it. Throws Error{database, deadline, …}.
DatabaseResult ensure_database(Deps& deps, const project::Loaded& loaded,
                               const swarm::Snapshot& snapshot,
                               const docker::Credentials& credentials, Duration timeout,
                               const RotateUsers& rotate = {});
/// Checks that each user can log in with what is delivered and has its roles. Makes only temporary
/// objects. "" when all is well, else what is wrong.
std::string verify_database(Deps& deps, const project::Loaded& loaded,
                            const swarm::Snapshot& snapshot, const docker::Credentials& credentials,
                            Duration timeout);
/// When the old tasks are gone, removes what only they needed: roles, and users that were replaced.
/// `snapshot` is the one that ensure_database() had. Throws Error{database, deadline, …}.
void settle_database(Deps& deps, const project::Loaded& loaded, const swarm::Snapshot& snapshot,
                     const docker::Credentials& credentials, const DatabaseResult& result,
                     Duration timeout);

/// The value of the fingerprint label, over all users; "" when the project names none.
std::string database_fingerprint(const project::Loaded& loaded, const swarm::Snapshot& snapshot);

}  // namespace skep::deploy
