#include "watch/evidence.hpp"

#include "base/error.hpp"
#include "base/json_at.hpp"
#include "base/time_limit.hpp"
#include "engine/call.hpp"
#include "engine/logs.hpp"
#include "watch/tasks.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace skep::watch {

namespace {

// The log of a task on a lost node is waited for by the engine without an end.
constexpr Duration kLogLimit = std::chrono::seconds(10);

bool has_terminal(const swarm::Spec& spec) {
  return flag_at(spec.json(), {"TaskTemplate", "ContainerSpec", "TTY"});
}

std::vector<std::string> last_lines(engine::Transport& engine, const Progress& progress,
                                    const std::string& task, const std::stop_token& stop) {
  std::vector<std::string> lines;
  engine::LogOptions options;
  options.tail = kLogLines;
  options.tty = has_terminal(progress.expected.spec);
  const TimeLimit limit(kLogLimit, stop);
  try {
    engine::task_logs(
        engine, task, options,
        [&](const auto& line) {
          if (lines.size() == kLogLines) lines.erase(lines.begin());
          lines.push_back(line.text);
        },
        limit.token());
  } catch (const Error& error) {
    if (stop.stop_requested()) throw;
    const bool slow = error.kind() == Kind::interrupted;
    lines.push_back(fmt::format("(its log cannot be read: {})",
                                slow ? "the node does not answer" : error.what()));
  }
  return lines;
}

/// State.Health.Log of GET /containers/ID/json; the container is known to the engine of its own
/// node alone.
std::string health_output(engine::Transport& engine, const std::string& container,
                          const std::stop_token& stop) {
  if (container.empty()) return {};
  const auto request = engine::get("/containers/" + engine::segment(container) + "/json");
  const auto answer = engine.send(request, {}, stop);
  if (answer.status != 200) return {};
  const auto object = parse_json(answer.body, engine::name_of(request));
  const auto& checks = list_at(object, {"State", "Health", "Log"});
  for (auto check = checks.rbegin(); check != checks.rend(); ++check) {
    auto output = engine::text_of(*check, "Output");
    if (!output.empty()) return output;
  }
  return {};
}

}  // namespace

TaskFailed evidence_of(engine::Transport& engine, const Progress& progress, const Observation& seen,
                       std::stop_token stop) {
  TaskFailed told;
  told.service = progress.expected.service;
  told.task = progress.bad_task.value_or("");
  const auto task = std::find_if(seen.tasks.begin(), seen.tasks.end(),
                                 [&](const auto& one) { return one.id == told.task; });
  if (const auto known = progress.failures.find(told.task); known != progress.failures.end()) {
    told.error = known->second.error;
    told.node = known->second.node;
    told.state = word(swarm::TaskState::failed);
  }
  if (task == seen.tasks.end()) return told;  // the engine keeps the last five of a slot
  told.state = task->state.text();
  if (!task->error.empty()) told.error = task->error;
  if (!task->node_id.empty()) told.node = node_name(seen, task->node_id);
  told.has_exit_code = task->exit_code.has_value();
  told.exit_code = task->exit_code.value_or(0);
  if (task->container_id.empty()) return told;  // it never had a container, and so no output
  told.health = health_output(engine, task->container_id, stop);
  told.logs = last_lines(engine, progress, told.task, stop);
  return told;
}

}  // namespace skep::watch
