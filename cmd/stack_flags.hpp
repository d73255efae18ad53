#pragma once
// Flags that several verbs share.
#include "cmd/flags.hpp"
#include "ops/build.hpp"
#include "ops/project_options.hpp"
#include "ops/release.hpp"

namespace skep::cmd {

/// -f, -e, --set, --env-file, -c, STACK, --allow-missing, --strict.
void add_project_flags(Flags& flags, ops::ProjectOptions& options);
/// --tag, --no-cache, --pull, --platform.
void add_build_flags(Flags& flags, std::string& tag, bool& no_cache, bool& pull,
                     std::string& platform);
/// What release and deploy share.
void add_rollout_flags(Flags& flags, ops::ReleaseOptions& options);

}  // namespace skep::cmd
