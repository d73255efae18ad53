#include "ops/history.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_history(Flags& flags) {
  auto options = std::make_shared<project::Options>();
  add_project_flags(flags, *options);
  return [options](Session& session) {
    session.print(ops::history(session.deps(), *options));
    return 0;
  };
}

Runner bind_history_show(Flags& flags) {
  auto options = std::make_shared<ops::HistoryShowOptions>();
  add_stack_flags(flags, options->project);
  flags.positional("REV", options->revision, true, "A release that `skep history` lists");
  return [options](Session& session) {
    session.print(ops::show_release(session.deps(), *options));
    return 0;
  };
}

}  // namespace skep::cmd
