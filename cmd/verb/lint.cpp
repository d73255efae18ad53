#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "ops/inspect.hpp"
#include "ops/verdict.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_lint(Flags& flags) {
  auto options = std::make_shared<ops::ProjectOptions>();
  add_project_flags(flags, *options);
  return [options](Session& session) {
    const auto result = ops::lint(session.deps(), *options);
    session.print(result.printable);
    return result.errors ? ops::exit_status("refused") : 0;
  };
}

}  // namespace skep::cmd
