// One-offs: services of the file that run once, before others, and are no services of the stack.
#include "stack/check.hpp"

#include <fmt/format.h>

namespace skep::stack {
namespace {

void check_one(const Service& service, Diagnostics& problems) {
  const std::string path = "services." + service.name;
  const Deploy& deploy = service.deploy;
  if (!deploy.mode.empty() && deploy.mode != "replicated") {
    problems.error(service.loc, path + ".deploy.mode",
                   fmt::format("a one-off runs once: it cannot be {}", deploy.mode),
                   "remove deploy.mode");
  }
  if (deploy.replicas && *deploy.replicas != 1) {
    problems.error(deploy.replicas_loc, path + ".deploy.replicas",
                   fmt::format("a one-off runs once, not {} times", *deploy.replicas),
                   "remove replicas");
  }
  if (!service.ports.empty()) {
    problems.warning(service.ports.front().loc, path + ".ports",
                     "a one-off publishes no port: nothing reaches it", "remove ports");
  }
}

}  // namespace

void check_one_offs(const Stack& stack, Diagnostics& problems) {
  const auto one_offs = stack.one_offs();
  for (const auto& [name, service] : stack.services) {
    if (one_offs.contains(name)) {
      check_one(service, problems);
    } else if (service.one_off.run_loc.line != 0) {
      problems.error(service.one_off.run_loc, fmt::format("services.{}.x-skep-run", name),
                     fmt::format("\"{}\" is no one-off: it is not run, but stays", name),
                     "name the services that wait for its end: x-skep-before: [SERVICE]");
    }
  }
}

}  // namespace skep::stack
