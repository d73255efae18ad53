// One-offs: run to their end before the stages behind them.
#include "base/json_at.hpp"
#include "oneshot/oneshot.hpp"
#include "plan/plan.hpp"
#include "rollout/run.hpp"
#include "swarm/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace skep::rollout {
namespace {

constexpr std::size_t kLastLines = 20;

std::vector<std::string> last_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (lines.size() > kLastLines) lines.erase(lines.begin(), lines.end() - kLastLines);
  return lines;
}

TaskFailed failure(const std::string& name, const oneshot::Result& result) {
  TaskFailed failed;
  failed.service = name;
  failed.task = "one-off";
  failed.node = result.node;
  failed.state = word(result.started ? swarm::TaskState::failed : swarm::TaskState::rejected);
  failed.error = result.error;
  failed.has_exit_code = result.exit_code.has_value();
  failed.exit_code = result.exit_code.value_or(0);
  // Standard error says why, where it says anything.
  failed.logs = last_lines(result.err.empty() ? result.out : result.err);
  return failed;
}

}  // namespace

void Run::carry_out(const plan::RunTask& action) {
  in_context(fmt::format("one-off \"{}\"", action.name), [&] {
    if (callbacks_.before_write) callbacks_.before_write();
    read_names();
    events_.emit(PhaseStarted{"one-off", action.name});
    oneshot::Task task;
    task.stack = plan_.stack;
    task.purpose = swarm::short_name(plan_.stack, action.name);
    task.key = action.name;
    task.registry_auth = registry_auth(action.spec);
    find_configs(action.spec);
    const auto spec = swarm::bound_for_create(action.spec, names_);
    task.like = object_at(spec, {"TaskTemplate"});
    task.on_line = [&](bool error, const std::string& line) {
      events_.emit(TaskOutput{action.name, error, line});
    };
    const auto began = clock_.now();
    const auto result = oneshot::run(engine_, clock_, events_, task, options_.timeout, stop_);
    // Its time is its own: the rollout's runs from the first write to a service.
    if (deadline_) *deadline_ += clock_.now() - began;
    if (!result.started || result.exit_code.value_or(1) != 0) {
      events_.emit(failure(action.name, result));
      throw Error(Kind::unhealthy,
                  fmt::format("{}; what it did to data is not undone",
                              result.exit_code
                                  ? fmt::format("it ended with exit code {}", *result.exit_code)
                                  : fmt::format("it did not start: {}", result.error)));
    }
    outcome_.services[action.name] = "ran";
    if (callbacks_.task_done) callbacks_.task_done(action.name);
    events_.emit(Note{fmt::format("one-off {} ended well in {:.1f} s", action.name,
                                  std::chrono::duration<double>(clock_.now() - began).count())});
  });
}

}  // namespace skep::rollout
