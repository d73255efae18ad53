#include "ops/unlock.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_unlock(Flags& flags) {
  auto options = std::make_shared<project::Options>();
  add_project_flags(flags, *options);
  return [options](Session& session) {
    const auto result = ops::unlock(session.deps(), *options);
    session.print(result);
    return 0;
  };
}

}  // namespace skep::cmd
