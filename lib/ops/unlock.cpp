#include "ops/unlock.hpp"

#include "deploy/stack_name.hpp"
#include "ops/draft.hpp"
#include "release/lock.hpp"

#include <fmt/format.h>

namespace skep::ops {

Printable unlock(deploy::Deps& deps, const project::Options& options) {
  const std::string stack = deploy::stack_name(deps, options);
  const auto holder = release::break_lock(deps.engine(), stack, deps.stop);
  if (!holder)
    return Draft{fmt::format("{}: nobody holds the lock", stack),
                 {{"stack", stack}, {"holder", nullptr}}}
        .done();
  return Draft{
      fmt::format("{}: freed; {} had held it since {}", stack, holder->holder, holder->since),
      {{"stack", stack}, {"holder", holder->holder}, {"since", holder->since}}}
      .done();
}

}  // namespace skep::ops
