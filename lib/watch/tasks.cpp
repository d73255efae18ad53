#include "watch/tasks.hpp"

#include "base/error.hpp"
#include "base/json_at.hpp"
#include "swarm/constraint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace skep::watch {

namespace {

using swarm::TaskState;

// What another try on the same cluster does not mend.
constexpr std::array<std::string_view, 10> kPermanentErrors = {"No such image",
                                                               "invalid mount config",
                                                               "bind source path does not exist",
                                                               "invalid volume",
                                                               "executable file not found",
                                                               "manifest unknown",
                                                               "no such file or directory",
                                                               "permission denied",
                                                               "invalid reference format",
                                                               "pull access denied"};

bool is_permanent(const std::string& error) {
  return std::any_of(kPermanentErrors.begin(), kPermanentErrors.end(),
                     [&](std::string_view text) { return error.find(text) != std::string::npos; });
}

bool on_lost_node(const Observation& seen, const swarm::Task& task) {
  const auto* node = find_node(seen, task.node_id);
  return node != nullptr && node->state == swarm::NodeState::down;
}

/// Whether the engine starts another task after this one ended with exit 0.
bool restarts_after_success(const swarm::Spec& spec) {
  return !spec.is_job() && spec.restart_condition() == "any";
}

std::string error_text(const swarm::Task& task) {
  const auto code = task.exit_code ? fmt::format("exit code {}", *task.exit_code) : std::string();
  if (task.state == TaskState::complete) {
    return "it ended with exit code 0, but is to go on running";
  }
  if (task.error.empty()) {
    const auto& why = task.message.empty() ? task.state.text() : task.message;
    return code.empty() ? why : fmt::format("{} ({})", why, code);
  }
  const bool says_code =
      code.empty() || task.error.find(fmt::format("({})", *task.exit_code)) != std::string::npos;
  return says_code ? task.error : fmt::format("{} ({})", task.error, code);
}

std::optional<WallTime> time_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return parse_utc(text);
}

/// Whether the engine ever gives a failed task up. (Its default tries for ever.)
bool may_give_up(const swarm::Spec& spec) {
  const auto attempts = count_at(spec.json(), {"TaskTemplate", "RestartPolicy", "MaxAttempts"});
  return attempts > 0 || spec.restart_condition() == "none";
}

bool is_global(const swarm::Spec& spec) {
  const auto mode = spec.mode();
  return mode == swarm::Spec::Mode::global || mode == swarm::Spec::Mode::global_job;
}

}  // namespace

Duration time_at(const swarm::Spec& spec, JsonPath path, Duration otherwise) {
  const auto* time = find_at(spec.json(), path);
  return time != nullptr && time->is_number_integer() ? Duration(time->get<std::int64_t>())
                                                      : otherwise;
}

Duration stop_grace(const swarm::Spec& spec) {
  return time_at(spec, {"TaskTemplate", "ContainerSpec", "StopGracePeriod"},
                 std::chrono::seconds(10));
}

const swarm::Node* find_node(const Observation& seen, const std::string& id) {
  const auto found = std::find_if(seen.nodes.begin(), seen.nodes.end(),
                                  [&](const swarm::Node& node) { return node.id == id; });
  return found == seen.nodes.end() ? nullptr : &*found;
}

std::string node_name(const Observation& seen, const std::string& id) {
  const auto* node = find_node(seen, id);
  return node != nullptr && !node->hostname.empty() ? node->hostname : id;
}

std::set<std::string> eligible_nodes(const Observation& seen) {
  std::set<std::string> eligible;
  const auto constraints = seen.service->spec.constraints();
  for (const auto& node : seen.nodes) {
    if (node.state == swarm::NodeState::down || node.availability != swarm::Availability::active)
      continue;
    const bool fits = std::all_of(constraints.begin(), constraints.end(),
                                  [&](const auto& text) { return swarm::satisfies(node, text); });
    if (fits) eligible.insert(node.id);
  }
  return eligible;
}

std::string slot_of(const Progress& progress, const swarm::Task& task) {
  return is_global(progress.expected.spec) ? task.node_id : std::to_string(task.slot);
}

bool is_ours(const Progress& progress, const Observation& seen, const swarm::Task& task) {
  const auto& spec = progress.expected.spec;
  if (spec.is_job()) return task.job_iteration == seen.service->job_iteration;
  // After the engine's rollback the live spec is the old one: what is out of date then was ours.
  const bool moved = !(seen.service->spec == spec);
  return moved ? !task.up_to_date && !progress.expected.known_tasks.contains(task.id)
               : task.up_to_date;
}

Count count_running(const Progress& progress, const Observation& seen) {
  const auto& spec = progress.expected.spec;
  const auto nodes = is_global(spec) ? eligible_nodes(seen) : std::set<std::string>();
  Count count;
  count.desired = is_global(spec) ? nodes.size() : spec.replicas();
  std::set<std::string> slots;
  for (const auto& task : seen.tasks) {
    if (task.state != TaskState::running || on_lost_node(seen, task)) continue;
    if (is_global(spec) && !nodes.contains(task.node_id)) continue;
    if (has_ended(task.desired)) {
      ++count.extra;  // it was told to stop, and still runs
    } else if (task.up_to_date && slots.insert(slot_of(progress, task)).second) {
      count.good_tasks.insert(task.id);
    }
  }
  count.good = slots.size();
  return count;
}

Count count_complete(const Progress& progress, const Observation& seen) {
  const auto& spec = progress.expected.spec;
  Count count;
  count.desired = is_global(spec) ? eligible_nodes(seen).size() : spec.replicas();
  std::set<std::string> slots;
  for (const auto& task : seen.tasks) {
    if (task.state == TaskState::complete && is_ours(progress, seen, task) &&
        slots.insert(slot_of(progress, task)).second) {
      count.good_tasks.insert(task.id);
    }
  }
  count.good = slots.size();
  return count;
}

std::optional<Failure> failure_of(const Progress& progress, const Observation& seen,
                                  const swarm::Task& task) {
  if (progress.expected.known_tasks.contains(task.id) || !is_ours(progress, seen, task)) {
    return std::nullopt;
  }
  const bool ended_well = task.state == TaskState::complete;
  if (!ended_well && !has_failed(task.state)) return std::nullopt;
  if (ended_well && !restarts_after_success(progress.expected.spec)) return std::nullopt;
  Failure failure;
  failure.slot = slot_of(progress, task);
  failure.error = error_text(task);
  failure.node = task.node_id.empty() ? "" : node_name(seen, task.node_id);
  failure.when = task.timestamp;
  failure.permanent = is_permanent(task.error);
  const auto began = time_of(task.created);
  const auto ended = time_of(task.timestamp);
  if (began && ended && *ended > *began) failure.lifetime = *ended - *began;
  return failure;
}

std::optional<std::string> failed_for_good(const Progress& progress, const Observation& seen) {
  if (!may_give_up(progress.expected.spec)) return std::nullopt;
  struct Slot {
    const swarm::Task* newest = nullptr;
    bool alive = false;
  };
  std::map<std::string, Slot> slots;
  for (const auto& task : seen.tasks) {
    auto& slot = slots[slot_of(progress, task)];
    // swarm writes "old task: desired shutdown" and the new task in one transaction (swarmkit
    // manager/orchestrator/restart): while the desired state is lower, it has not decided yet.
    if (!has_ended(task.state) || is_wanted(task.desired)) slot.alive = true;
    if (!progress.failures.contains(task.id)) continue;
    if (slot.newest == nullptr || time_of(slot.newest->created) < time_of(task.created)) {
      slot.newest = &task;
    }
  }
  for (const auto& [name, slot] : slots) {
    if (slot.newest == nullptr || slot.alive) continue;
    const auto later = std::any_of(seen.tasks.begin(), seen.tasks.end(), [&](const auto& task) {
      return slot_of(progress, task) == name && task.state == TaskState::complete &&
             is_ours(progress, seen, task);
    });
    if (!later) return slot.newest->id;
  }
  return std::nullopt;
}

const swarm::Task* unplaceable(const Progress& progress, const Observation& seen) {
  for (const auto& task : seen.tasks) {
    if (task.state <= TaskState::pending && !task.error.empty() && is_wanted(task.desired) &&
        is_ours(progress, seen, task)) {
      return &task;
    }
  }
  return nullptr;
}

std::string lost_in_update(const Progress& progress, const Observation& seen) {
  for (const auto& task : seen.tasks) {
    const bool given_up = task.state < TaskState::running && has_ended(task.desired);
    if (given_up && on_lost_node(seen, task) && is_ours(progress, seen, task)) {
      return node_name(seen, task.node_id);
    }
  }
  return {};
}

std::string what_is_waited_for(const Progress& progress, const Observation& seen) {
  const swarm::Task* least = nullptr;
  for (const auto& task : seen.tasks) {
    const bool coming = task.state < TaskState::running && is_wanted(task.desired);
    if (!coming || !is_ours(progress, seen, task)) continue;
    if (least == nullptr || task.state < least->state) least = &task;
  }
  if (least == nullptr) return {};
  const auto& reason = least->error.empty() ? least->state.text() : least->error;
  if (least->node_id.empty()) return reason;
  const auto where = node_name(seen, least->node_id);
  return on_lost_node(seen, *least) ? fmt::format("{} on {}, which is down", reason, where)
                                    : fmt::format("{} on {}", reason, where);
}

std::optional<Duration> youngest_age(const Observation& seen, const std::set<std::string>& tasks) {
  if (!seen.engine_now) return std::nullopt;
  std::optional<Duration> youngest;
  for (const auto& task : seen.tasks) {
    if (!tasks.contains(task.id)) continue;
    const auto running = time_of(task.timestamp);
    const auto created = time_of(task.created);
    if (!running || !created) return std::nullopt;
    // The node wrote `running`, a manager `created`: of two clocks the later one is believed.
    const Duration age = *seen.engine_now - std::max(*running, *created);
    youngest = youngest ? std::min(*youngest, age) : age;
  }
  return youngest;
}

}  // namespace skep::watch
