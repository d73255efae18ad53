#pragma once
// Flags that several verbs share.
#include "cmd/flags.hpp"
#include "ops/build.hpp"
#include "ops/operate.hpp"
#include "ops/project_options.hpp"
#include "ops/release.hpp"

namespace skep::cmd {

/// -f, -e, --set, --env-file, -c, STACK, --profile, --allow-missing, --strict, --compat.
void add_project_flags(Flags& flags, ops::ProjectOptions& options);
/// -f, -e, --set, --env-file, -s: for verbs whose words are not the stack's name.
void add_stack_flags(Flags& flags, ops::ProjectOptions& options);
/// The same, and --timeout, --wait-lock, --detach, --dry-run for verbs that write.
void add_change_flags(Flags& flags, ops::ChangeOptions& options);
/// --tag, --no-cache, --pull, --platform.
void add_build_flags(Flags& flags, std::string& tag, bool& no_cache, bool& pull,
                     std::string& platform);
/// Flags that release and deploy share.
void add_rollout_flags(Flags& flags, ops::ReleaseOptions& options);

}  // namespace skep::cmd
