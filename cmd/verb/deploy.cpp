#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "ops/release.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_deploy(Flags& flags) {
  auto options = std::make_shared<deploy::ReleaseOptions>();
  auto resolve = std::make_shared<std::string>("always");
  auto no_rollback = std::make_shared<bool>(false);
  auto with_registry_auth = std::make_shared<bool>(false);
  options->build = false;
  add_project_flags(flags, options->project);
  flags.option("--tag", options->tag, "TAG", "Tag of images that were built without one");
  add_rollout_flags(flags, *options);
  flags.option("--plan", options->plan_file, "FILE",
               "Carry out just the plan that `skep diff --out` wrote, or stop when anything moved");
  flags.flag("--no-rollback", *no_rollback,
             "Leave a failed deploy as it is (exit 5) instead of going back");
  flags.choice("--resolve-image", *resolve, {"always", "changed", "never"},
               "Pin images by digest; never: local images, no registry");
  flags.flag("--with-registry-auth", *with_registry_auth,
             "Taken for docker's sake: credentials are always found and sent");
  return [options, no_rollback, resolve, with_registry_auth](Session& session) {
    options->rollback = !*no_rollback;
    options->resolve = *resolve != "never";
    options->version = SKEP_VERSION;
    return ops::release(session.deps(), *options).exit;
  };
}

}  // namespace skep::cmd
