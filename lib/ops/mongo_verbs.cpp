#include "ops/database.hpp"
#include "ops/draft.hpp"
#include "ops/live.hpp"
#include "ops/operate.hpp"
#include "ops/project.hpp"
#include "ops/run.hpp"
#include "ops/situation.hpp"
#include "ops/verdict.hpp"

#include <fmt/format.h>

namespace skep::ops {
namespace {

void require_users(const Loaded& loaded) {
  if (!users_of(loaded).empty()) return;
  throw Error(Kind::input, fmt::format("{} names no database users", loaded.project.file),
              "`mongodb.users` says which users, databases, roles and deliveries there are");
}

/// Throws Error{preflight} with every problem of the database's part.
void database_must_be_possible(const Loaded& loaded, const swarm::Snapshot& snapshot) {
  Diagnostics problems;
  database_preflight(loaded, snapshot, problems);
  std::string text;
  for (const auto& problem : problems.sorted()) text += "\n" + format(problem);
  if (!text.empty()) throw Error(Kind::preflight, "the database cannot be asked:" + text);
}

}  // namespace

Ended mongo_ensure(Deps& deps, const MongoOptions& options) {
  ReleaseOptions release_options;
  release_options.project = options.project;
  release_options.verify = true;
  release_options.timeout = options.timeout;
  release_options.database_timeout = options.timeout;
  release_options.wait_lock = options.wait_lock;
  Loaded loaded = load(options.project, deps.env);
  require_users(loaded);
  Run run(deps, release_options, loaded);
  return run_to_end(run, [&] {
    desire_what_is_live(loaded, read_cluster(deps, loaded));
    auto situation = read_situation(deps, loaded, images_of_live(loaded), {});
    situation.what = "mongo ensure";
    return situation;
  });
}

MongoStatusResult mongo_status(Deps& deps, const MongoOptions& options) {
  const Loaded loaded = load(options.project, deps.env);
  require_users(loaded);
  const auto snapshot = read_cluster(deps, loaded);
  database_must_be_possible(loaded, snapshot);
  const auto plan = database_plan(loaded, deps);
  const mongo::Context context{
      deps.engine(),
      deps.clock,
      deps.events,
      loaded.stack,
      options.timeout,
      registry_auth_of(load_credentials(deps.env), mongo::server_of(plan.cluster, snapshot).image)};
  MongoStatusResult result;
  Draft draft{"", Json::array()};
  for (const auto& user : plan.users) {
    const auto status = mongo::status(context, plan.cluster, user, snapshot, deps.stop);
    result.good = result.good && status.message.empty();
    draft.text +=
        fmt::format("{}: {} (primary {}, MongoDB {}; roles {})\n", user.name,
                    status.message.empty() ? "login works, roles are right" : status.message,
                    status.primary, status.server_version, fmt::join(status.roles, ", "));
    draft.json.push_back({{"user", user.name},
                          {"exists", status.user_exists},
                          {"login", status.login_works},
                          {"roles", status.roles},
                          {"primary", status.primary},
                          {"version", status.server_version},
                          {"problem", status.message}});
  }
  result.printable = draft.done();
  return result;
}

}  // namespace skep::ops
