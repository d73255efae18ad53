#include "base/outcome.hpp"
#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "ops/mongo.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_mongo_status(Flags& flags) {
  auto options = std::make_shared<ops::MongoOptions>();
  add_project_flags(flags, options->project);
  flags.duration("--timeout", options->timeout, "How long the database may take");
  return [options](Session& session) {
    const auto result = ops::mongo_status(session.deps(), *options);
    session.print(result.printable);
    return result.good ? 0 : exit_status(Result::failed);
  };
}

}  // namespace skep::cmd
