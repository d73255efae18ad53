#include "cmd/verbs.hpp"
#include "ops/contexts.hpp"

namespace skep::cmd {

Runner bind_context_list(Flags&) {
  return [](Session& session) {
    session.print(ops::list_contexts(session.deps()));
    return 0;
  };
}

}  // namespace skep::cmd
