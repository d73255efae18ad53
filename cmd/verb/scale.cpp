#include "ops/scale.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_scale(Flags& flags) {
  auto options = std::make_shared<ops::ScaleOptions>();
  add_change_flags(flags, options->change);
  flags.positionals("SERVICE", options->replicas,
                    "SERVICE=REPLICAS: how many tasks it is to have, such as web=3");
  return [options](Session& session) { return ops::scale(session.deps(), *options).exit; };
}

}  // namespace skep::cmd
