#include "ops/rollback.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_rollback(Flags& flags) {
  auto options = std::make_shared<ops::RollbackOptions>();
  add_change_flags(flags, options->change);
  flags.flag("--recreate", options->recreate,
             "Remove and create again a service whose mode changes");
  flags.positional("REV", options->revision, false,
                   "Release to go to, such as r3; the one before the last when not given");
  return [options](Session& session) { return ops::rollback(session.deps(), *options).exit; };
}

}  // namespace skep::cmd
