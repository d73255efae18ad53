#include "ops/release.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_release(Flags& flags) {
  auto options = std::make_shared<deploy::ReleaseOptions>();
  auto no_rollback = std::make_shared<bool>(false);
  add_project_flags(flags, options->project);
  add_build_flags(flags, options->tag, options->no_cache, options->pull, options->platform);
  add_rollout_flags(flags, *options);
  flags.flag("--no-rollback", *no_rollback,
             "Leave a failed release as it is (exit 5) instead of going back");
  return [options, no_rollback](Session& session) {
    options->rollback = !*no_rollback;
    return ops::release(session.deps(), *options).exit;
  };
}

}  // namespace skep::cmd
