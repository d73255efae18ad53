#include "ops/mongo.hpp"

#include "deploy/compat.hpp"
#include "deploy/database.hpp"
#include "deploy/live.hpp"
#include "deploy/load.hpp"
#include "deploy/run_to_end.hpp"
#include "deploy/situation.hpp"
#include "mongo/ensure.hpp"
#include "mongo/server.hpp"
#include "project/project.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace skep::ops {
namespace {

void require_users(const project::Loaded& loaded) {
  if (!deploy::users_of(loaded).empty()) return;
  throw Error(Kind::input, fmt::format("{} names no database users", loaded.project.file),
              "`mongodb.users` says which users, databases, roles and deliveries there are");
}

/// Throws Error{preflight} with every problem of the database's part.
void database_must_be_possible(const project::Loaded& loaded, const swarm::Snapshot& snapshot) {
  Diagnostics problems;
  deploy::database_preflight(loaded, snapshot, problems);
  std::string text;
  for (const auto& problem : problems.sorted()) text += "\n" + format(problem);
  if (!text.empty()) throw Error(Kind::preflight, "the database cannot be asked:" + text);
}

/// The database's part alone: what is live stays, but for what the users' delivery changes.
Ended with_database(deploy::Deps& deps, const MongoOptions& options, const deploy::Settled& settled,
                    const project::Loaded& files, const deploy::RotateUsers& rotate,
                    const std::string& what) {
  deploy::ReleaseOptions release_options;
  release_options.project = options.project;
  release_options.verify = !rotate.any();
  release_options.rotate = rotate;
  // A new credential restarts tasks, which take their time; the database's own answer does not.
  if (!rotate.any()) release_options.timeout = options.timeout;
  release_options.database_timeout = options.timeout;
  release_options.wait_lock = options.wait_lock;
  const deploy::Run run(deps, release_options, files.stack);
  deploy::PlanOptions how;
  how.what = what;
  how.keep_commit = true;
  how.ask_database = rotate.any();
  return deploy::run_to_end(run, [&] {
    if (settled.unasked) throw *settled.unasked;
    auto loaded = deploy::as_live(files, deploy::read_cluster(deps, files));
    auto situation = deploy::read_situation(deps, loaded, deploy::images_of_live(loaded), how);
    return deploy::Decision{std::make_shared<const project::Loaded>(std::move(loaded)),
                            std::move(situation)};
  });
}

}  // namespace

Ended mongo_ensure(deploy::Deps& deps, const MongoOptions& options) {
  const deploy::Settled settled = deploy::settle(deps, options.project);
  const project::Loaded loaded = deploy::load(deps, settled.options);
  require_users(loaded);
  return with_database(deps, options, settled, loaded, {}, "mongo ensure");
}

Ended mongo_rotate(deploy::Deps& deps, const MongoRotateOptions& options) {
  const deploy::Settled settled = deploy::settle(deps, options.mongo.project);
  const project::Loaded loaded = deploy::load(deps, settled.options);
  require_users(loaded);
  const auto& users = deploy::users_of(loaded);
  const bool known =
      options.user.empty() ||
      std::any_of(users.begin(), users.end(), [&](auto& one) { return one.name == options.user; });
  if (!known) {
    std::vector<std::string> names;
    for (const auto& user : users) names.push_back(user.name);
    throw Error(Kind::usage, fmt::format("skep.yml names no database user \"{}\"", options.user),
                fmt::format("it names {}", fmt::join(names, ", ")));
  }
  return with_database(deps, options.mongo, settled, loaded, {options.user.empty(), options.user},
                       "mongo rotate");
}

MongoStatus mongo_status(deploy::Deps& deps, const MongoOptions& options) {
  const project::Loaded loaded = deploy::load_settled(deps, options.project);
  require_users(loaded);
  const auto snapshot = deploy::read_cluster(deps, loaded);
  database_must_be_possible(loaded, snapshot);
  const auto plan = deploy::database_plan(loaded, deps);
  const mongo::Context context{
      deps.engine(),
      deps.clock,
      deps.events,
      loaded.stack,
      options.timeout,
      deploy::registry_auth_of(deps.credentials(), mongo::server_of(plan.cluster, snapshot).image)};
  MongoStatus result;
  for (const auto& user : plan.users) {
    auto status = mongo::status(context, plan.cluster, user, snapshot, deps.stop);
    result.users.push_back({user.name, user.only_one_offs, status.user_exists, status.login_works,
                            std::move(status.roles), std::move(status.primary),
                            std::move(status.server_version), std::move(status.message)});
  }
  return result;
}

bool MongoStatus::good() const {
  return std::all_of(users.begin(), users.end(),
                     [](const UserStatus& user) { return user.problem.empty(); });
}

}  // namespace skep::ops
