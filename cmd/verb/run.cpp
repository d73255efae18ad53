#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "ops/run_command.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace skep::cmd {
namespace {

Json to_json(const ops::RunResult& result) {
  return {{"service", result.service},
          {"node", result.node},
          {"exit_code", result.exit_code ? Json(*result.exit_code) : Json()},
          {"error", result.error},
          {"out", result.out},
          {"err", result.err}};
}

}  // namespace

Runner bind_run(Flags& flags) {
  auto options = std::make_shared<ops::RunOptions>();
  add_stack_flags(flags, options->project);
  flags.duration("--timeout", options->timeout, "How long the command may take");
  flags.duration("--wait-lock", options->wait_lock, "How long to wait for a release of this stack");
  flags.positional("SERVICE", options->service, true,
                   "The service whose image, networks and secrets it gets");
  flags.positionals("COMMAND", options->command, "What it runs, behind --");
  return [options](Session& session) {
    if (!session.json()) {
      options->on_line = [&session](bool error, const std::string& line) {
        if (error) return session.print_error(line + "\n");
        session.print_text(line);
      };
    }
    const auto result = ops::run_command(session.deps(), *options);
    if (session.json()) session.print_json(to_json(result));
    return result.good ? 0 : 1;
  };
}

}  // namespace skep::cmd
