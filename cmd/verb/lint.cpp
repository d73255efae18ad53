#include "base/outcome.hpp"
#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "ops/render.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_lint(Flags& flags) {
  auto options = std::make_shared<project::Options>();
  add_project_flags(flags, *options);
  return [options](Session& session) {
    const auto result = ops::lint(session.deps(), *options);
    session.print(result.printable);
    return result.errors ? exit_status(Result::refused) : 0;
  };
}

}  // namespace skep::cmd
