#include "deploy/database.hpp"

#include "base/files.hpp"
#include "base/hash.hpp"
#include "config/load.hpp"
#include "convert/desired.hpp"
#include "deploy/situation.hpp"
#include "mongo/ensure.hpp"
#include "mongo/server.hpp"
#include "mongo/uri.hpp"
#include "oneshot/oneshot.hpp"
#include "plan/actions.hpp"
#include "swarm/owner.hpp"
#include "watch/old_tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace skep::deploy {
namespace {

const std::vector<config::User> kNoUsers;

bool is_one_off(const project::Loaded& loaded, const std::string& service) {
  return std::any_of(loaded.desired.services.begin(), loaded.desired.services.end(),
                     [&](const auto& one) { return one.one_off && one.key == service; });
}

/// A one-off is gone when it has ended: what it gets can be read nowhere afterwards.
bool only_one_offs(const project::Loaded& loaded, const config::User& user) {
  return std::all_of(user.deliver.begin(), user.deliver.end(),
                     [&](const auto& delivery) { return is_one_off(loaded, delivery.service); });
}

/// To the services, which keep what they get; to one-offs only where there is no service.
std::vector<swarm::Delivery> deliveries(const project::Loaded& loaded, const config::User& user) {
  const bool all = only_one_offs(loaded, user);
  std::vector<swarm::Delivery> result;
  for (const auto& delivery : user.deliver) {
    if (all || !is_one_off(loaded, delivery.service)) result.push_back(delivery);
  }
  return result;
}

mongo::User user_of(const project::Loaded& loaded, const config::User& user) {
  return {user.name,  user.database,
          user.roles, deliveries(loaded, user),
          user.loc,   only_one_offs(loaded, user)};
}

/// A one-off gets what a service of the same user gets under the same name.
void add_one_offs(const project::Loaded& loaded, std::vector<swarm::Injection>& injections) {
  std::vector<swarm::Injection> more;
  for (const auto& user : users_of(loaded)) {
    if (only_one_offs(loaded, user)) continue;
    for (const auto& delivery : user.deliver) {
      if (!is_one_off(loaded, delivery.service)) continue;
      const auto source =
          std::find_if(user.deliver.begin(), user.deliver.end(), [&](const auto& other) {
            return !is_one_off(loaded, other.service) && other.place == delivery.place;
          });
      if (source == user.deliver.end()) continue;  // refused when the files were read
      const auto found =
          std::find_if(injections.begin(), injections.end(), [&](const swarm::Injection& one) {
            return one.service == source->service && one.place == delivery.place;
          });
      if (found == injections.end()) continue;
      swarm::Injection injection = *found;
      injection.service = delivery.service;
      injection.from = source->service;
      more.push_back(std::move(injection));
    }
  }
  injections.insert(injections.end(), more.begin(), more.end());
}

/// Everything but the admin's password: enough for what needs no database.
mongo::Cluster cluster_of(const config::MongoDb& mongodb) {
  mongo::Cluster cluster;
  cluster.hosts = mongodb.hosts;
  cluster.replica_set = mongodb.replica_set;
  cluster.network = mongodb.network;
  cluster.admin_user = mongodb.admin.user;
  cluster.admin_auth_source = mongodb.admin.auth_source;
  if (mongodb.admin.password.from == config::PasswordSource::From::secret) {
    cluster.admin_secret = mongodb.admin.password.name;
  }
  cluster.auth_source = mongodb.auth_source;
  cluster.tls = mongodb.tls;
  if (!mongodb.ca.empty()) cluster.ca = read_file(mongodb.ca);
  cluster.options = mongodb.options;
  cluster.login_options = mongodb.login_options;
  cluster.image = mongodb.image;
  return cluster;
}

std::string without_newline(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

Secret admin_password(const config::PasswordSource& source, const project::Loaded& loaded,
                      const Env& env) {
  switch (source.from) {
    case config::PasswordSource::From::secret:
      return {};
    case config::PasswordSource::From::env: {
      const auto value = config::lookup(loaded.project, env)(source.name);
      if (value && !value->empty()) return Secret(*value);
      throw Error(Kind::input, source.loc,
                  fmt::format("the admin's password: variable {} is not set", source.name),
                  "set it, or name a Swarm secret: password: {secret: NAME}");
    }
    case config::PasswordSource::From::file: {
      const std::string text = without_newline(read_file(source.name));
      if (!text.empty()) return Secret(text);
      throw Error(Kind::input, source.loc,
                  fmt::format("the admin's password: file {} is empty", source.name));
    }
  }
  return {};
}

swarm::Injection placeholder(const mongo::Cluster& cluster, const mongo::User& user,
                             const swarm::Delivery& delivery, bool carried) {
  swarm::Injection injection{delivery.service, delivery.place, carried, {}};
  // Never written: the plan is made anew when the database has been asked.
  if (!carried) injection.value = mongo::connection_string(cluster, user, Secret("not-known-yet"));
  return injection;
}

/// The full name of what the swarm has under `written`, or else the stack's own brings under that
/// key or name.
template <typename Objects>
std::string own_name(const Objects& objects, const std::string& written, bool live) {
  const auto found = std::find_if(objects.begin(), objects.end(), [&](const auto& one) {
    return !one.external && (one.name == written || one.key == written);
  });
  return live || found == objects.end() ? written : found->name;
}

/// The stack's own service that will answer as the database's first host, where no live one does.
const convert::DesiredService* not_yet_there(const project::Loaded& loaded,
                                             const swarm::Snapshot& snapshot,
                                             const std::string& network) {
  const auto& host = loaded.project.mongodb->hosts.front().first;
  const auto& services = loaded.desired.services;
  const auto found = std::find_if(services.begin(), services.end(), [&](const auto& service) {
    return !service.one_off && mongo::answers_as(service.spec, host, network);
  });
  if (found == services.end() || snapshot.find_service(found->name) != nullptr) return nullptr;
  const bool live = std::any_of(
      snapshot.services.begin(), snapshot.services.end(),
      [&](const auto& service) { return mongo::answers_as(service.spec, host, network); });
  return live ? nullptr : &*found;
}

/// A database that comes with the stack and does not run yet: a user is made before the stack's
/// services are written, for they start with its password.
struct NotYet {
  const convert::DesiredService& server;
  std::string network;  // its full name
  std::string secret;   // the admin's, "" when it is elsewhere
};

void say_order(const project::Loaded& loaded, const swarm::Snapshot& snapshot, const NotYet& what,
               Diagnostics& problems) {
  const auto& mongodb = *loaded.project.mongodb;
  const auto& secret = mongodb.admin.password.name;
  std::vector<std::string> missing;
  std::vector<std::string> here;
  if (snapshot.find_network(what.network) == nullptr)
    missing.push_back(fmt::format("network \"{}\"", what.network));
  missing.push_back(fmt::format("service \"{}\"", what.server.name));
  if (!what.secret.empty() && snapshot.find_secret(what.secret) == nullptr)
    missing.push_back(fmt::format("secret \"{}\"", what.secret));
  if (what.network != mongodb.network) here.push_back("network: " + what.network);
  if (!what.secret.empty() && what.secret != secret)
    here.push_back("password: {secret: " + what.secret + "}");
  problems.error(
      mongodb.loc, "mongodb",
      fmt::format("the database is service \"{}\" of this stack, and users are made before a "
                  "stack's services are written: there is not yet {}",
                  what.server.key, fmt::join(missing, ", ")),
      fmt::format(
          "in this order: `skep deploy -c database.yml {}` with a Compose file of that service, "
          "its "
          "networks, volumes and secrets alone; make the admin there{}; {}then this again. Or give "
          "the database a stack of its own",
          loaded.stack, mongodb.replica_set.empty() ? "" : ", after rs.initiate()",
          here.empty() ? "" : fmt::format("write {} here; ", fmt::join(here, " and "))));
}

mongo::Context context_of(Deps& deps, const project::Loaded& loaded, const mongo::Cluster& cluster,
                          const swarm::Snapshot& snapshot, const docker::Credentials& credentials,
                          Duration timeout) {
  return {deps.engine(), deps.clock,
          deps.events,   loaded.stack,
          timeout,       registry_auth_of(credentials, mongo::server_of(cluster, snapshot).image)};
}

std::string summary_of(const mongo::User& user, const mongo::Ensured& ensured) {
  std::string text = fmt::format("user \"{}\"", user.name);
  if (!ensured.rotated_to.empty())
    return text + fmt::format(": \"{}\" stands for it from now on, with a new password",
                              ensured.rotated_to);
  if (ensured.created)
    return text + fmt::format(" created with {} on {}", fmt::join(user.roles, ", "), user.database);
  if (ensured.password_replaced) {
    text += ensured.was_delivered ? ": the delivered password did not work and is replaced"
                                  : ": no service carried a password of it; it gets a new one";
  }
  if (!ensured.roles_granted.empty())
    text += fmt::format(", granted {}", fmt::join(ensured.roles_granted, ", "));
  if (!ensured.roles_to_revoke.empty()) {
    text += fmt::format(", to lose {} after the rollout", fmt::join(ensured.roles_to_revoke, ", "));
  }
  const bool right = !ensured.password_replaced && ensured.roles_granted.empty() &&
                     ensured.roles_to_revoke.empty();
  return right ? text + " is right" : text;
}

void add(DatabaseResult& result, const mongo::User& user, const mongo::Ensured& ensured) {
  result.injections.insert(result.injections.end(), ensured.injections.begin(),
                           ensured.injections.end());
  if (!ensured.roles_to_revoke.empty()) result.to_revoke[user.name] = ensured.roles_to_revoke;
  if (!ensured.to_drop.empty()) result.to_drop[user.name] = ensured.to_drop;
  if (!result.summary.empty()) result.summary += "; ";
  result.summary += summary_of(user, ensured);
  result.changed |= ensured.created || ensured.password_replaced ||
                    !ensured.roles_granted.empty() || !ensured.rotated_to.empty();
}

}  // namespace

const std::vector<config::User>& users_of(const project::Loaded& loaded) {
  return loaded.project.mongodb ? loaded.project.mongodb->users : kNoUsers;
}

DatabaseNeed database_need(const project::Loaded& loaded, const swarm::Snapshot& snapshot,
                           const std::vector<release::Kept>& records) {
  DatabaseNeed need;
  if (users_of(loaded).empty()) return need;
  need.wanted = true;
  const auto cluster = cluster_of(*loaded.project.mongodb);
  const auto* last = release::last_released(records);
  need.due = last == nullptr || last->fingerprint != database_fingerprint(loaded, snapshot);
  for (const auto& written : users_of(loaded)) {
    const auto user = mongo::in_use(user_of(loaded, written), loaded.stack, snapshot);
    for (const auto& delivery : user.deliver) {
      const bool carries =
          mongo::carries_user(cluster, user, mongo::carried(delivery, loaded.stack, snapshot));
      if (!carries && !only_one_offs(loaded, written)) need.due = true;
      need.injections.push_back(placeholder(cluster, user, delivery, carries));
    }
  }
  add_one_offs(loaded, need.injections);
  if (!need.due) need.verified_in = last->record.number;
  return need;
}

bool needs_new_password(const project::Loaded& loaded, const plan::Plan& plan) {
  std::set<std::string> due;
  for (const auto* task : plan::actions_of<plan::RunTask>(plan)) due.insert(task->name);
  const auto& users = users_of(loaded);
  return std::any_of(users.begin(), users.end(), [&](const config::User& user) {
    return only_one_offs(loaded, user) &&
           std::any_of(user.deliver.begin(), user.deliver.end(), [&](const auto& delivery) {
             return due.contains(swarm::full_name(loaded.stack, delivery.service));
           });
  });
}

void database_preflight(const project::Loaded& loaded, const swarm::Snapshot& snapshot,
                        Diagnostics& problems) {
  if (users_of(loaded).empty()) return;
  const auto& mongodb = *loaded.project.mongodb;
  const auto cluster = cluster_of(mongodb);
  const bool live_network = snapshot.find_network(mongodb.network) != nullptr;
  const auto network = own_name(loaded.desired.networks, mongodb.network, live_network);
  const auto secret = own_name(loaded.desired.secrets, cluster.admin_secret,
                               snapshot.find_secret(cluster.admin_secret) != nullptr);
  if (const auto* server = not_yet_there(loaded, snapshot, network))
    return say_order(loaded, snapshot, {*server, network, secret}, problems);
  const auto called = [](const std::string& name) {
    return fmt::format("the stack's own is called \"{}\": write that", name);
  };
  try {
    (void)mongo::server_of(cluster, snapshot);
  } catch (const Error& error) {
    // Its message begins with the path.
    problems.error(mongodb.loc, "", error.message(),
                   network == mongodb.network ? error.hint() : called(network));
  }
  if (!cluster.admin_secret.empty() && snapshot.find_secret(cluster.admin_secret) == nullptr) {
    problems.error(mongodb.admin.password.loc, "mongodb.admin.password",
                   fmt::format("secret \"{}\" is not there", cluster.admin_secret),
                   secret == cluster.admin_secret
                       ? fmt::format("docker secret create {} - puts it there", secret)
                       : called(secret));
  }
}

DatabasePlan database_plan(const project::Loaded& loaded, Deps& deps) {
  DatabasePlan plan;
  plan.cluster = cluster_of(*loaded.project.mongodb);
  plan.cluster.admin_password =
      admin_password(loaded.project.mongodb->admin.password, loaded, deps.env);
  deps.events.redactor().hide(plan.cluster.admin_password);
  for (const auto& user : users_of(loaded)) plan.users.push_back(user_of(loaded, user));
  return plan;
}

DatabaseResult ensure_database(Deps& deps, const project::Loaded& loaded,
                               const swarm::Snapshot& snapshot,
                               const docker::Credentials& credentials, Duration timeout,
                               const RotateUsers& rotate) {
  const auto plan = database_plan(loaded, deps);
  const auto context = context_of(deps, loaded, plan.cluster, snapshot, credentials, timeout);
  DatabaseResult result;
  for (const auto& name : oneshot::sweep(deps.engine(), loaded.stack, false, deps.stop)) {
    deps.events.emit(Wrote{"remove", "one-shot", name, "left by an interrupted run"});
  }
  for (const auto& user : plan.users) {
    const bool other = rotate.all || rotate.name == user.name;
    add(result, user,
        other ? mongo::rotate(context, plan.cluster, user, snapshot, deps.stop)
              : mongo::ensure(context, plan.cluster, user, snapshot, deps.stop));
  }
  add_one_offs(loaded, result.injections);
  return result;
}

std::string verify_database(Deps& deps, const project::Loaded& loaded,
                            const swarm::Snapshot& snapshot, const docker::Credentials& credentials,
                            Duration timeout) {
  const auto plan = database_plan(loaded, deps);
  const auto context = context_of(deps, loaded, plan.cluster, snapshot, credentials, timeout);
  std::string wrong;
  for (const auto& user : plan.users) {
    if (std::any_of(user.deliver.begin(), user.deliver.end(),
                    [&](const auto& delivery) { return is_one_off(loaded, delivery.service); }))
      continue;  // nothing of it is delivered now
    const auto status = mongo::status(context, plan.cluster, user, snapshot, deps.stop);
    if (!status.message.empty()) wrong += (wrong.empty() ? "" : "; ") + status.message;
  }
  return wrong;
}

void settle_database(Deps& deps, const project::Loaded& loaded, const swarm::Snapshot& snapshot,
                     const docker::Credentials& credentials, const DatabaseResult& result,
                     Duration timeout) {
  if (result.to_revoke.empty() && result.to_drop.empty()) return;
  const auto plan = database_plan(loaded, deps);
  std::vector<std::string> services;
  for (const auto& user : plan.users) {
    for (const auto& delivery : user.deliver)
      services.push_back(swarm::full_name(loaded.stack, delivery.service));
  }
  deps.events.emit(PhaseStarted{"database", "when the old tasks are gone: what they alone needed"});
  if (!watch::wait_for_old_tasks(deps.engine(), deps.clock, loaded.stack, services, timeout,
                                 deps.stop)) {
    throw Error(Kind::deadline, "tasks from before this release still run and may use it");
  }
  const auto context = context_of(deps, loaded, plan.cluster, snapshot, credentials, timeout);
  for (const auto& user : plan.users) {
    if (const auto found = result.to_revoke.find(user.name); found != result.to_revoke.end()) {
      mongo::revoke(context, plan.cluster, user, found->second, snapshot, deps.stop);
      deps.events.emit(
          Note{fmt::format("user \"{}\" lost {}", user.name, fmt::join(found->second, ", "))});
    }
    if (const auto found = result.to_drop.find(user.name); found != result.to_drop.end()) {
      mongo::drop(context, plan.cluster, user, found->second, snapshot, deps.stop);
      deps.events.emit(Note{fmt::format("user \"{}\" removed", found->second)});
    }
  }
}

std::string database_fingerprint(const project::Loaded& loaded, const swarm::Snapshot& snapshot) {
  if (users_of(loaded).empty()) return "";
  const auto cluster = cluster_of(*loaded.project.mongodb);
  std::string all;
  for (const auto& user : users_of(loaded))
    all += mongo::fingerprint(cluster, user_of(loaded, user), snapshot, loaded.stack);
  return sha256_hex(all);
}

}  // namespace skep::deploy
