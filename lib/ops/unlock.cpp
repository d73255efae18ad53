#include "ops/unlock.hpp"

#include "deploy/stack_name.hpp"

namespace skep::ops {

UnlockResult unlock(deploy::Deps& deps, const project::Options& options) {
  const std::string stack = deploy::stack_name(deps, options);
  return {stack, release::break_lock(deps.engine(), stack, deps.stop)};
}

}  // namespace skep::ops
