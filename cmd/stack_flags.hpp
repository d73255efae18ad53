#pragma once
// Flags that several verbs share.
#include "cmd/flags.hpp"
#include "deploy/options.hpp"
#include "ops/build.hpp"
#include "project/options.hpp"

namespace skep::cmd {

/// -f, -e, --set, --env-file, -c, STACK, --profile, --allow-missing, --strict, --compat.
void add_project_flags(Flags& flags, project::Options& options);
/// -f, -e, --set, --env-file, -s: for verbs whose words are not the stack's name.
void add_stack_flags(Flags& flags, project::Options& options);
/// The same, and --timeout, --wait-lock, --detach, --dry-run for verbs that write.
void add_change_flags(Flags& flags, deploy::ChangeOptions& options);
/// --tag, --no-cache, --pull, --platform.
void add_build_flags(Flags& flags, std::string& tag, bool& no_cache, bool& pull,
                     std::string& platform);
/// Flags that release and deploy share.
void add_rollout_flags(Flags& flags, deploy::ReleaseOptions& options);

}  // namespace skep::cmd
