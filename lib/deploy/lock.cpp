#include "deploy/lock.hpp"

#include <fmt/format.h>

namespace skep::deploy {

std::string who(const Env& env) {
  return fmt::format("{}@{}", env.get("USER").value_or(env.get("LOGNAME").value_or("root")),
                     env.host_name);
}

std::unique_ptr<release::Lock> take_lock(Deps& deps, const std::string& stack, Duration wait) {
  // Not the guarded one: the lock would ask itself.
  return release::Lock::take(deps.engine().unguarded(), deps.clock, deps.events, stack,
                             who(deps.env), wait, deps.stop);
}

}  // namespace skep::deploy
