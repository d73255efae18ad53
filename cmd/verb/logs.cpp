#include "ops/logs.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace skep::cmd {
namespace {

std::string format(const ops::LogLine& line) {
  return line.source + " | " + line.text;
}

Json to_json(const ops::LogLine& line) {
  return {{"source", line.source}, {"line", line.text}};
}

}  // namespace

Runner bind_logs(Flags& flags) {
  auto options = std::make_shared<ops::LogsOptions>();
  add_project_flags(flags, options->project);
  flags.option("--service", options->service, "NAME", "Only this service of the stack");
  flags.option("-n,--tail", options->tail, "LINES", "How many lines of each task, or all");
  flags.flag("--follow", options->follow, "Go on with new lines until Ctrl-C");
  flags.flag("-t,--timestamps", options->timestamps, "Put the time in front of each line");
  return [options](Session& session) {
    ops::logs(session.deps(), *options,
              [&session](const ops::LogLine& line) { session.print(line, format, to_json); });
    return 0;
  };
}

}  // namespace skep::cmd
