#include "cmd/verbs.hpp"
#include "ops/status.hpp"

namespace skep::cmd {

Runner bind_ls(Flags&) {
  return [](Session& session) {
    const auto result = ops::list_stacks(session.deps());
    session.print(result);
    return 0;
  };
}

}  // namespace skep::cmd
