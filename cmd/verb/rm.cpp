#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "ops/remove.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_rm(Flags& flags) {
  auto options = std::make_shared<ops::RemoveOptions>();
  add_project_flags(flags, options->project);
  flags.duration("--timeout", options->timeout,
                 "How long to wait until tasks and networks are gone");
  flags.duration("--wait-lock", options->wait_lock, "How long to wait for a release of this stack");
  return [options](Session& session) { return ops::remove_stack(session.deps(), *options).exit; };
}

}  // namespace skep::cmd
