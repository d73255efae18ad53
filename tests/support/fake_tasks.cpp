#include "support/fake_tasks.hpp"

#include "swarm/constraint.hpp"
#include "swarm/parse.hpp"
#include "swarm/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace skep::test {

namespace {

constexpr auto kStep = std::chrono::milliseconds(100);

Duration nanos(const Json& object, const char* key, Duration otherwise) {
  return object.is_object() && object.contains(key) ? Duration(object[key].get<std::int64_t>())
                                                    : otherwise;
}

Json part(const Json& object, std::initializer_list<const char*> path) {
  Json value = object;
  for (const char* key : path) {
    if (!value.is_object() || !value.contains(key)) return Json::object();
    Json next = value[key];
    value = std::move(next);
  }
  return value.is_null() ? Json::object() : value;
}

swarm::Spec spec_of(const FakeService& service) {
  return swarm::Spec(service.object["Spec"]);
}

bool is_terminal(const std::string& state) {
  static const std::set<std::string> kTerminal{"complete", "shutdown", "failed",
                                               "rejected", "remove",   "orphaned"};
  return kTerminal.contains(state);
}

}  // namespace

bool FakeTask::wanted() const {
  const auto desired = object["DesiredState"].get<std::string>();
  return desired == "running" || desired == "ready" || desired == "complete";
}

FakeTasks::FakeTasks(Clock& clock, std::function<std::uint64_t()> next_index,
                     const std::map<std::string, Json>& nodes)
    : clock_(clock), next_index_(std::move(next_index)), nodes_(nodes), at_(clock.now()) {}

void FakeTasks::catch_up() {
  for (const auto now = clock_.now(); at_ < now;) {
    at_ = std::min<TimePoint>(at_ + kStep, now);
    for (auto& [id, service] : services) step(service, at_);
  }
}

void FakeTasks::step(FakeService& service, TimePoint at) {
  run_tasks(service, at);
  restart_tasks(service, at);
  if (service.update) step_update(service, at);
}

void FakeTasks::run_tasks(FakeService& service, TimePoint at) {
  for (auto& task : service.tasks) {
    if (task.ended() || !task.wanted()) continue;
    const auto& script = task.script;
    if (!task.runs_at && script.runs_after && at >= task.created + *script.runs_after) {
      task.runs_at = at;
      task.object["Status"].erase("Err");
      set_state(task, "running");
    }
    const auto begin = script.runs_after ? task.runs_at : std::optional(task.created);
    if (!begin || !script.ends_after || at < *begin + *script.ends_after) continue;
    task.ended_at = at;
    set_state(task, script.end_state);
    if (!script.error.empty()) task.object["Status"]["Err"] = script.error;
    task.object["Status"]["ContainerStatus"]["ExitCode"] = script.exit_code;
  }
}

void FakeTasks::restart_tasks(FakeService& service, TimePoint at) {
  const auto spec = spec_of(service);
  const auto policy = part(service.object["Spec"], {"TaskTemplate", "RestartPolicy"});
  const auto delay = nanos(policy, "Delay", std::chrono::seconds(5));
  const auto most = policy.value("MaxAttempts", 0);
  std::vector<std::uint64_t> again;
  for (auto& task : service.tasks) {
    if (!task.ended() || !task.wanted()) continue;
    const bool good = task.object["Status"]["State"] == "complete";
    const auto condition = spec.restart_condition();
    const bool job_done = spec.is_job() && good;
    task.object["DesiredState"] = job_done ? "complete" : "shutdown";
    const auto slot = task.slot;
    const bool wanted = condition == "any" || (condition == "on-failure" && !good);
    if (job_done || !wanted || (most > 0 && service.attempts[slot] >= most)) continue;
    ++service.attempts[slot];
    service.restart_at[slot] = at + delay;
  }
  for (const auto& [slot, when] : service.restart_at) {
    if (at >= when) again.push_back(slot);
  }
  for (const auto slot : again) {
    service.restart_at.erase(slot);
    add_task(service, slot, at);
  }
}

void FakeTasks::start(FakeService& service) {
  for (const auto slot : slots_of(service)) add_task(service, slot, clock_.now());
}

void FakeTasks::begin_update(FakeService& service, bool dirty) {
  catch_up();
  const auto now = clock_.now();
  service.object.erase("UpdateStatus");
  service.update.reset();
  const auto spec = spec_of(service);
  const auto slots = slots_of(service);
  if (spec.is_job()) {  // every update of a job runs it again
    for (auto& task : service.tasks) task.object["DesiredState"] = "shutdown";
    return start(service);
  }
  std::set<std::uint64_t> have;
  for (auto& task : service.tasks) {
    if (!task.wanted()) continue;
    const auto slot = task.slot;
    if (std::find(slots.begin(), slots.end(), slot) == slots.end()) {
      task.object["DesiredState"] = "shutdown";
      task.ended_at = now;
      set_state(task, "shutdown");
    } else {
      have.insert(slot);
    }
  }
  for (const auto slot : slots) {
    if (!have.contains(slot) && !dirty) add_task(service, slot, now);
  }
  // As swarmkit's updater: what an update before this one had not replaced yet is replaced now.
  const bool stale = std::any_of(
      service.tasks.begin(), service.tasks.end(),
      [&](const FakeTask& task) { return task.wanted() && !is_current(service, task); });
  if (!dirty && !stale) return;
  service.restart_at.clear();
  service.attempts.clear();
  service.update =
      FakeService::Update{.slots_left = slots, .new_tasks = {}, .next = {}, .rolling_back = false};
  set_update(service, "updating", "update in progress");
}

void FakeTasks::step_update(FakeService& service, TimePoint at) {
  auto& update = *service.update;
  const auto config =
      part(service.object["Spec"], {update.rolling_back ? "RollbackConfig" : "UpdateConfig"});
  if (has_failed(service, at) && config.value("FailureAction", "pause") != "continue")
    return fail_update(service);
  if (config.value("Order", "stop-first") == "start-first") {
    for (auto& task : service.tasks) {  // the old one goes when the new one runs
      const bool old = task.wanted() && !is_current(service, task);
      const bool replaced =
          std::any_of(service.tasks.begin(), service.tasks.end(), [&](const auto& other) {
            return is_current(service, other) && other.runs_at && !other.ended() &&
                   other.slot == task.slot;
          });
      if (!old || !replaced) continue;
      task.object["DesiredState"] = "shutdown";
      task.ended_at = at;
      set_state(task, "shutdown");
    }
  }
  const bool busy = std::any_of(service.tasks.begin(), service.tasks.end(), [&](const auto& task) {
    return task.wanted() && is_current(service, task) && !task.runs_at;
  });
  if (busy || (update.next && at < *update.next)) return;
  if (!update.slots_left.empty()) {
    const auto parallel = config.value("Parallelism", std::uint64_t{1});
    auto count = parallel == 0 ? update.slots_left.size()
                               : std::min<std::size_t>(parallel, update.slots_left.size());
    for (; count > 0; --count) {
      const auto slot = update.slots_left.front();
      update.slots_left.erase(update.slots_left.begin());
      replace(service, slot, at);
    }
    update.next = at + nanos(config, "Delay", {});
  } else if (all_settled(service, at)) {
    set_update(service, update.rolling_back ? "rollback_completed" : "completed",
               update.rolling_back ? "rollback completed" : "update completed");
    service.update.reset();
  }
}

void FakeTasks::replace(FakeService& service, std::uint64_t slot, TimePoint at) {
  const auto config = part(service.object["Spec"], {"UpdateConfig"});
  if (config.value("Order", "stop-first") != "start-first") {
    for (auto& task : service.tasks) {
      if (!task.wanted() || task.slot != slot || is_current(service, task)) continue;
      task.object["DesiredState"] = "shutdown";
      task.ended_at = at;
      set_state(task, "shutdown");
    }
  }
  service.restart_at.erase(slot);
  const auto id = add_task(service, slot, at).object["ID"].get<std::string>();
  service.update->new_tasks.push_back(id);
}

/// A task of the update that ended within `Monitor` of running counts against it.
bool FakeTasks::has_failed(const FakeService& service, TimePoint at) const {
  const auto config = part(service.object["Spec"], {"UpdateConfig"});
  const auto monitor = nanos(config, "Monitor", std::chrono::seconds(5));
  return std::any_of(service.tasks.begin(), service.tasks.end(), [&](const auto& task) {
    const auto& known = service.update->new_tasks;
    const bool ours = std::find(known.begin(), known.end(),
                                task.object["ID"].template get<std::string>()) != known.end();
    const auto state = task.object["Status"]["State"].template get<std::string>();
    return ours && task.ended() && (state == "failed" || state == "rejected") &&
           *task.ended_at <= at && *task.ended_at - task.runs_at.value_or(task.created) <= monitor;
  });
}

bool FakeTasks::all_settled(const FakeService& service, TimePoint at) const {
  const auto config = part(service.object["Spec"], {"UpdateConfig"});
  const auto monitor = nanos(config, "Monitor", std::chrono::seconds(5));
  return std::all_of(service.tasks.begin(), service.tasks.end(), [&](const auto& task) {
    return !task.wanted() || (task.runs_at && at >= *task.runs_at + monitor);
  });
}

void FakeTasks::fail_update(FakeService& service) {
  auto& update = *service.update;
  const auto config = part(service.object["Spec"], {"UpdateConfig"});
  const auto id = update.new_tasks.empty() ? std::string() : update.new_tasks.front();
  const auto why = fmt::format("update paused due to failure or early termination of task {}", id);
  if (update.rolling_back) {
    set_update(service, "rollback_paused", why);
    service.update.reset();
  } else if (config.value("FailureAction", "pause") == "rollback" &&
             service.object.contains("PreviousSpec")) {
    const auto bad = service.object["Spec"];
    service.object["Spec"] = service.object["PreviousSpec"];
    service.object["PreviousSpec"] = bad;
    service.restart_at.clear();
    std::vector<std::uint64_t> slots;
    for (const auto slot : slots_of(service)) {
      const bool good =
          std::any_of(service.tasks.begin(), service.tasks.end(), [&](const auto& task) {
            return task.wanted() && is_current(service, task) && task.slot == slot;
          });
      if (!good) slots.push_back(slot);
    }
    for (auto& task : service.tasks) {  // what start-first left beside the good ones
      if (task.wanted() && !is_current(service, task)) task.object["DesiredState"] = "shutdown";
    }
    service.update =
        FakeService::Update{.slots_left = slots, .new_tasks = {}, .next = {}, .rolling_back = true};
    set_update(
        service, "rollback_started",
        fmt::format("update rolled back due to failure or early termination of task {}", id));
  } else {
    set_update(service, "paused", why);
    service.update.reset();
  }
}

void FakeTasks::set_update(FakeService& service, const std::string& state,
                           const std::string& message) {
  auto& status = service.object["UpdateStatus"];
  if (state == "updating" || state == "rollback_started") status = {{"StartedAt", time()}};
  status["State"] = state;
  status["Message"] = message;
  if (state.ends_with("completed")) status["CompletedAt"] = time();
  touch(service.object);
}

bool FakeTasks::is_current(const FakeService& service, const FakeTask& task) const {
  return task.object["Spec"] == service.object["Spec"]["TaskTemplate"];
}

FakeTask& FakeTasks::add_task(FakeService& service, std::uint64_t slot, TimePoint at) {
  const auto spec = spec_of(service);
  Json object = {{"ID", fmt::format("task{:021}", ++made_)},
                 {"Version", {{"Index", next_index_()}}},
                 {"CreatedAt", time()},
                 {"UpdatedAt", time()},
                 {"Spec", service.object["Spec"]["TaskTemplate"]},
                 {"Labels", service.object["Spec"].value("Labels", Json::object())},
                 {"ServiceID", service.object["ID"]},
                 {"DesiredState", spec.is_job() ? "complete" : "running"}};
  const auto node = pick_node(service, slot);
  const bool global = spec.mode() == swarm::Spec::Mode::global;
  const auto said = spec.is_job() ? slot - 1 : slot;  // the engine leaves a zero out
  if (!global && said != 0) object["Slot"] = said;
  if (!node.empty()) object["NodeID"] = node;
  if (service.object.contains("JobStatus"))
    object["JobIteration"] = service.object["JobStatus"]["JobIteration"];
  FakeTask task{.object = std::move(object),
                .script = {},
                .created = at,
                .runs_at = {},
                .ended_at = {},
                .slot = slot};
  task.script = node.empty()
                    ? stays_pending(fmt::format(
                          "no suitable node (scheduling constraints not satisfied on {} nodes)",
                          nodes_.size()))
                    : behaviour(task.object);
  task.object["Status"] = Json::object();
  if (!task.script.waiting_error.empty()) task.object["Status"]["Err"] = task.script.waiting_error;
  set_state(task, task.script.waits_as);
  return service.tasks.emplace_back(std::move(task));
}

std::string FakeTasks::pick_node(const FakeService& service, std::uint64_t slot) const {
  const auto spec = spec_of(service);
  std::vector<std::string> fitting;
  for (const auto& [id, object] : nodes_) {
    const auto node = swarm::parse_node(object);
    if (node.state != swarm::NodeState::ready || node.availability != swarm::Availability::active)
      continue;
    const auto constraints = spec.constraints();
    const bool fits =
        std::all_of(constraints.begin(), constraints.end(),
                    [&](const auto& constraint) { return swarm::satisfies(node, constraint); });
    const auto here =
        std::count_if(service.tasks.begin(), service.tasks.end(), [&](const auto& task) {
          return task.wanted() && !task.ended() && task.object.value("NodeID", "") == id;
        });
    const auto most = spec.max_replicas_per_node();
    if (fits && (most == 0 || static_cast<std::uint64_t>(here) < most)) fitting.push_back(id);
  }
  if (fitting.empty()) return {};
  return fitting[(slot == 0 ? 0 : slot - 1) % fitting.size()];
}

std::vector<std::uint64_t> FakeTasks::slots_of(const FakeService& service) const {
  const auto spec = spec_of(service);
  std::uint64_t count = spec.replicas();
  if (spec.mode() == swarm::Spec::Mode::global) {
    count = static_cast<std::uint64_t>(
        std::count_if(nodes_.begin(), nodes_.end(), [&](const auto& entry) {
          const auto node = swarm::parse_node(entry.second);
          const auto constraints = spec.constraints();
          return std::all_of(constraints.begin(), constraints.end(), [&](const auto& constraint) {
            return swarm::satisfies(node, constraint);
          });
        }));
  }
  std::vector<std::uint64_t> slots;
  for (std::uint64_t slot = 1; slot <= count; ++slot) slots.push_back(slot);
  return slots;
}

void FakeTasks::set_state(FakeTask& task, const std::string& state) const {
  task.object["Status"]["State"] = state;
  task.object["Status"]["Timestamp"] = time();
  task.object["Status"]["Message"] = state == "running" ? "started" : state;
  if (state == "running" || is_terminal(state)) {
    task.object["Status"]["ContainerStatus"]["ContainerID"] =
        "c" + task.object["ID"].get<std::string>();
  }
  touch(task.object);
}

void FakeTasks::touch(Json& object) const {
  object["Version"]["Index"] = next_index_();
  object["UpdatedAt"] = time();
}

std::string FakeTasks::time() const {
  return format_utc(clock_.wall() - (clock_.now() - at_));
}

}  // namespace skep::test
