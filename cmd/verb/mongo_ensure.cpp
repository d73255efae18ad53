#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "ops/mongo.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_mongo_ensure(Flags& flags) {
  auto options = std::make_shared<ops::MongoOptions>();
  add_project_flags(flags, options->project);
  flags.duration("--timeout", options->timeout, "How long the database may take");
  flags.duration("--wait-lock", options->wait_lock, "How long to wait for a release of this stack");
  return [options](Session& session) { return ops::mongo_ensure(session.deps(), *options).exit; };
}

}  // namespace skep::cmd
