#include "mongo/session.hpp"

#include "base/ascii.hpp"
#include "base/json_at.hpp"
#include "mongo/script.hpp"
#include "mongo/server.hpp"
#include "mongo/uri.hpp"
#include "oneshot/oneshot.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace skep::mongo {
namespace {

constexpr unsigned kEverybody = 0444;

/// Those of the file, and how long skep's own logins wait where it does not say that.
std::vector<std::pair<std::string, std::string>> login_options(const Cluster& cluster) {
  auto all = cluster.login_options;
  for (const auto& own :
       {std::pair("serverSelectionTimeoutMS", "15000"), std::pair("connectTimeoutMS", "10000")}) {
    const bool said = std::any_of(all.begin(), all.end(), [&](const auto& one) {
      return lower(one.first) == lower(own.first);
    });
    if (!said) all.emplace_back(own.first, own.second);
  }
  return all;
}

Json input_of(const Cluster& cluster, const User& user, const Question& question) {
  const bool delivered = !question.delivered.empty() || !question.delivered_secret.empty();
  return {{"op", question.op},
          {"hosts", cluster.hosts},
          {"replicaSet", cluster.replica_set},
          {"loginOptions", login_options(cluster)},
          {"tls", cluster.tls},
          {"ca", cluster.ca.empty() ? "" : kCaFile},
          {"adminUser", cluster.admin_user},
          {"adminSource", cluster.admin_auth_source},
          {"source", cluster.auth_source},
          {"user", user.name},
          {"other", question.other},
          {"database", user.database},
          {"roles", question.roles},
          {"delivered", delivered},
          {"expected", connection_string(cluster, user, Secret()).reveal()}};
}

oneshot::Task task_of(const Context& context, const Cluster& cluster, const User& user,
                      const Question& question, const swarm::Snapshot& snapshot) {
  const Server server = server_of(cluster, snapshot);
  oneshot::Task task;
  task.stack = context.stack;
  task.purpose = "mongo";
  task.image = server.image;
  task.command = command();
  task.env = {"HOME=/tmp"};  // mongosh writes its log there; the image's user may have no home
  task.networks = {cluster.network};
  task.constraints = server.constraints;
  task.registry_auth = context.registry_auth;
  task.files.push_back({kScriptPath, Secret(script(input_of(cluster, user, question))),
                        /*secret=*/false, kEverybody});
  if (!cluster.ca.empty())
    task.files.push_back({kCaFile, Secret(cluster.ca), /*secret=*/false, kEverybody});
  if (!cluster.admin_secret.empty()) {
    task.secrets.emplace_back(cluster.admin_secret, kAdminPasswordFile);
  } else {
    task.files.push_back({kAdminPasswordFile, cluster.admin_password, /*secret=*/true, kEverybody});
  }
  if (!question.new_password.empty()) {
    task.files.push_back({kNewPasswordFile, question.new_password, /*secret=*/true, kEverybody});
  }
  if (!question.delivered.empty()) {
    task.files.push_back({kDeliveredFile, question.delivered, /*secret=*/true, kEverybody});
  } else if (!question.delivered_secret.empty()) {
    task.secrets.emplace_back(question.delivered_secret, kDeliveredFile);
  }
  return task;
}

std::vector<std::string> strings(const Json& object, const char* key) {
  std::vector<std::string> result;
  for (const auto& item : list_at(object, {key})) result.push_back(text_at(item, {}));
  return result;
}

std::string hosts_line(const Json& error) {
  std::vector<std::string> words;
  const Json servers = object_at(error, {"servers"});
  for (const auto& [host, text] : servers.items())
    words.push_back(fmt::format("{}: {}", host, text_at(text, {})));
  return fmt::format("{}", fmt::join(words, "; "));
}

bool unresolved(const std::string& text) {
  return text.find("ENOTFOUND") != std::string::npos ||
         text.find("EAI_AGAIN") != std::string::npos ||
         text.find("Could not find host") != std::string::npos;
}

/// Whether a member of the set was reached, whatever became of the others: one that is down does
/// not resolve either.
bool any_member_answers(const Json& error) {
  const Json servers = object_at(error, {"servers"});
  return std::any_of(servers.begin(), servers.end(),
                     [](const Json& server) { return text_at(server, {}).starts_with("RS"); });
}

/// MongoDB's number; 0 for Node's and mongosh's own errors, whose codes are texts ("ENOENT").
int code_of(const Json& error) {
  return static_cast<int>(std::min<std::uint64_t>(count_at(error, {"code"}), 1'000'000));
}

/// A primary that stopped being one, or that most members no longer follow (MongoDB's
/// error_codes.yml).
bool lost_its_primary(const Json& error) {
  constexpr int kCodes[] = {64,      // WriteConcernFailed
                            91,      // ShutdownInProgress
                            100,     // UnsatisfiableWriteConcern
                            189,     // PrimarySteppedDown
                            10058,   // LegacyNotPrimary
                            10107,   // NotWritablePrimary
                            11600,   // InterruptedAtShutdown
                            11602,   // InterruptedDueToReplStateChange
                            13435,   // NotPrimaryNoSecondaryOk
                            13436};  // NotPrimaryOrSecondary
  return std::find(std::begin(kCodes), std::end(kCodes), code_of(error)) != std::end(kCodes);
}

/// What the script could not do, as an operator needs to read it.
[[noreturn]] void fail(const Cluster& cluster, const Server& server, const Json& error) {
  const std::string step = text_at(error, {"step"});
  const std::string message = text_at(error, {"message"});
  const std::string hosts = hosts_line(error);
  if (step == "find mongosh") {
    throw Error(Kind::database, fmt::format("image {} has neither mongosh nor mongo", server.image),
                "name one that has in `mongodb.image`");
  }
  const bool unknown_host = unresolved(message + hosts) || !strings(error, "unresolved").empty();
  if (unknown_host && !any_member_answers(error)) {
    throw Error(Kind::database,
                fmt::format("a host of `mongodb.hosts` does not resolve on network \"{}\": {}",
                            cluster.network, hosts.empty() ? message : hosts),
                "a host is a service's name or network alias on that network");
  }
  if (code_of(error) == 18 || message.find("uthentication failed") != std::string::npos) {
    throw Error(Kind::database,
                fmt::format("{} on replica set \"{}\": the password or the user is wrong ({})",
                            step, cluster.replica_set, message),
                fmt::format("user \"{}\", auth source \"{}\"; see `mongodb.admin`",
                            cluster.admin_user, cluster.admin_auth_source));
  }
  if (text_at(error, {"topology"}) == "ReplicaSetNoPrimary") {
    throw Error(Kind::database,
                fmt::format("replica set \"{}\" has no primary that answers: {}",
                            cluster.replica_set, hosts.empty() ? message : hosts),
                "rs.status() on one of its members says why; is the set's name right?");
  }
  if (lost_its_primary(error)) {
    throw Error(Kind::database,
                fmt::format("replica set \"{}\" lost its primary: {}: {}", cluster.replica_set,
                            step, message),
                "release again when rs.status() shows a primary");
  }
  throw Error(Kind::database,
              fmt::format("{}: {}{}", step, message, hosts.empty() ? "" : " (" + hosts + ")"));
}

std::string last_lines(const std::string& text) {
  constexpr std::size_t kMost = 800;
  return text.size() > kMost ? "…" + text.substr(text.size() - kMost) : text;
}

/// The script's line; without one the task itself failed.
Json result_of(const oneshot::Result& result, const Server& server) {
  const auto at = result.out.rfind(kResultMark);
  if (at != std::string::npos) {
    const auto begin = at + std::string(kResultMark).size();
    return parse_json(result.out.substr(begin, result.out.find('\n', begin) - begin),
                      "the database script's answer");
  }
  const bool no_shell = result.error.find("\"sh\"") != std::string::npos &&
                        result.error.find("executable file not found") != std::string::npos;
  if (no_shell) {
    throw Error(Kind::database,
                fmt::format("image {} has no shell: {}", server.image, result.error),
                "name one with sh and mongosh in `mongodb.image`");
  }
  throw Error(Kind::database,
              fmt::format("the database task on {} gave no answer: {}{}",
                          result.node.empty() ? "no node" : result.node,
                          result.error.empty() ? "no error" : result.error,
                          result.exit_code ? fmt::format(", exit code {}", *result.exit_code) : ""),
              last_lines(result.err.empty() ? result.out : result.err));
}

}  // namespace

Answer ask(const Context& context, const Cluster& cluster, const User& user,
           const Question& question, const swarm::Snapshot& snapshot, std::stop_token stop) {
  const Server server = server_of(cluster, snapshot);
  const auto task = task_of(context, cluster, user, question, snapshot);
  const Json said =
      result_of(in_context("database task",
                           [&] {
                             return oneshot::run(context.engine, context.clock, context.events,
                                                 task, context.timeout, stop);
                           }),
                server);
  if (const auto* error = find_at(said, {"error"})) fail(cluster, server, *error);
  if (text_at(said, {"primary"}).empty())
    throw Error(Kind::database, "the database script's answer names no primary");
  Answer answer;
  answer.primary = text_at(said, {"primary"});
  answer.version = text_at(said, {"version"});
  answer.exists = flag_at(said, {"exists"});
  answer.other_exists = flag_at(said, {"otherExists"});
  answer.created = flag_at(said, {"created"});
  answer.login = flag_at(said, {"login"});
  answer.replaced = flag_at(said, {"replaced"});
  answer.same_shape = flag_at(said, {"sameShape"}, true);
  answer.roles = strings(said, "roles");
  answer.missing = strings(said, "missing");
  answer.extra = strings(said, "extra");
  return answer;
}

}  // namespace skep::mongo
