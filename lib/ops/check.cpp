#include "ops/check.hpp"

#include "check/check.hpp"
#include "deploy/checks.hpp"
#include "deploy/verdict.hpp"
#include "project/project.hpp"

#include <fmt/format.h>

namespace skep::ops {

Ended check(deploy::Deps& deps, const CheckOptions& options) {
  const auto project = project::load_project(options.project, deps.env);
  if (project.checks.empty()) {
    throw Error(Kind::input, fmt::format("{} has no checks", project.file),
                "`checks:` lists URLs that must answer");
  }
  const TimePoint start = deps.clock.now();
  const auto results = check::run(deploy::to_checks(deps.events, project), deps.clock, deps.events,
                                  after(start, options.timeout), deps.stop);
  const std::string bad = deploy::failures(results);
  Ended ended;
  if (bad.empty()) {
    ended = deploy::ended_well(Result::unchanged, project.stack,
                               fmt::format("{} good", results.size()));
  } else {
    ended = deploy::ended_by(Error(Kind::check, bad), project.stack);
  }
  ended.seconds = std::chrono::duration<double>(deps.clock.now() - start).count();
  deps.events.emit(ended);
  return ended;
}

}  // namespace skep::ops
