#include "ops/auth_refresh.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_auth_refresh(Flags& flags) {
  auto options = std::make_shared<deploy::ChangeOptions>();
  add_project_flags(flags, options->project);
  flags.duration("--timeout", options->timeout, "How long the writes may take");
  flags.duration("--wait-lock", options->wait_lock, "How long to wait for a release of this stack");
  return [options](Session& session) { return ops::refresh_auth(session.deps(), *options).exit; };
}

}  // namespace skep::cmd
