#include "base/outcome.hpp"
#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "ops/mongo.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace skep::cmd {
namespace {

std::string format(const ops::MongoStatus& status) {
  std::string text;
  for (const auto& user : status.users) {
    const char* good = user.only_one_offs
                           ? "roles are right; only one-offs get it, with a password of each run"
                           : "login works, roles are right";
    text += fmt::format("{}: {} (primary {}, MongoDB {}; roles {})\n", user.user,
                        user.problem.empty() ? good : user.problem, user.primary, user.version,
                        fmt::join(user.roles, ", "));
  }
  return text;
}

Json to_json(const ops::MongoStatus& status) {
  Json json = Json::array();
  for (const auto& user : status.users) {
    json.push_back({{"user", user.user},
                    {"exists", user.exists},
                    {"login", user.login},
                    {"roles", user.roles},
                    {"primary", user.primary},
                    {"version", user.version},
                    {"problem", user.problem}});
  }
  return json;
}

}  // namespace

Runner bind_mongo_status(Flags& flags) {
  auto options = std::make_shared<ops::MongoOptions>();
  add_project_flags(flags, options->project);
  flags.duration("--timeout", options->timeout, "How long the database may take");
  return [options](Session& session) {
    const auto result = ops::mongo_status(session.deps(), *options);
    session.print(result, format, to_json);
    return result.good() ? 0 : exit_status(Result::failed);
  };
}

}  // namespace skep::cmd
