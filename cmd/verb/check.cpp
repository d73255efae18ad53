#include "ops/check.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_check(Flags& flags) {
  auto options = std::make_shared<ops::CheckOptions>();
  add_project_flags(flags, options->project);
  flags.duration("--timeout", options->timeout, "How long to try");
  return [options](Session& session) { return ops::check(session.deps(), *options).exit; };
}

}  // namespace skep::cmd
