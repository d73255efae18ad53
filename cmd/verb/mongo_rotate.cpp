#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "ops/mongo.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_mongo_rotate(Flags& flags) {
  auto options = std::make_shared<ops::MongoRotateOptions>();
  add_project_flags(flags, options->mongo.project);
  flags.option("--user", options->user, "NAME", "Only this user of skep.yml");
  flags.duration("--timeout", options->mongo.timeout, "How long the database may take");
  flags.duration("--wait-lock", options->mongo.wait_lock,
                 "How long to wait for a release of this stack");
  return [options](Session& session) { return ops::mongo_rotate(session.deps(), *options).exit; };
}

}  // namespace skep::cmd
