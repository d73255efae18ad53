#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "ops/scale.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_restart(Flags& flags) {
  auto options = std::make_shared<ops::RestartOptions>();
  add_change_flags(flags, options->change);
  flags.positionals("SERVICE", options->services, "Services to restart; all but jobs when none");
  return [options](Session& session) { return ops::restart(session.deps(), *options).exit; };
}

}  // namespace skep::cmd
