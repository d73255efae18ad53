#include "ops/status.hpp"

#include "deploy/stack_name.hpp"
#include "engine/configs.hpp"
#include "engine/networks.hpp"
#include "engine/nodes.hpp"
#include "engine/services.hpp"
#include "engine/tasks.hpp"
#include "ops/draft.hpp"
#include "release/release.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace skep::ops {
namespace {

std::string short_id(const std::string& id) {
  return id.substr(0, 12);
}

std::string short_image(const std::string& image) {
  const auto at = image.find("@sha256:");
  return at == std::string::npos ? image : image.substr(0, at + 20);
}

struct TaskRow {
  const swarm::Task* task;
  std::string node;
};

/// Tasks to show: the wanted ones, and of the others the newest failure of each slot that has no
/// running task.
std::vector<TaskRow> rows_of(const std::vector<swarm::Task>& tasks, const std::string& service,
                             const std::map<std::string, std::string>& hosts) {
  std::vector<TaskRow> rows;
  std::map<std::string, const swarm::Task*> newest_failure;
  std::set<std::string> served;
  const auto slot_of = [](const swarm::Task& task) {
    return task.slot == 0 ? task.node_id : std::to_string(task.slot);
  };
  for (const auto& task : tasks) {
    if (task.service_id != service) continue;
    const bool wanted = task.desired == swarm::TaskState::running ||
                        task.desired == swarm::TaskState::ready ||
                        task.desired == swarm::TaskState::complete;
    if (wanted) {
      if (task.state == swarm::TaskState::running || task.state == swarm::TaskState::complete)
        served.insert(slot_of(task));
      const auto host = hosts.find(task.node_id);
      rows.push_back({&task, host == hosts.end() ? "" : host->second});
    } else if (swarm::has_failed(task.state)) {
      auto& newest = newest_failure[slot_of(task)];
      if (newest == nullptr || newest->timestamp < task.timestamp) newest = &task;
    }
  }
  for (const auto& [slot, task] : newest_failure) {
    if (served.count(slot) != 0) continue;
    const auto host = hosts.find(task->node_id);
    rows.push_back({task, host == hosts.end() ? "" : host->second});
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const TaskRow& a, const TaskRow& b) { return a.task->slot < b.task->slot; });
  return rows;
}

void add_service(Draft& result, const swarm::Service& service, const engine::ServiceCount& count,
                 const std::vector<TaskRow>& rows) {
  result.text +=
      fmt::format("{:<32} {:>3}/{:<3} {}{}\n", service.name, count.running, count.desired,
                  short_image(service.spec.image()),
                  service.update ? fmt::format("  update: {}", service.update->state.text()) : "");
  Json tasks = Json::array();
  for (const auto& row : rows) {
    const auto& task = *row.task;
    const std::string where = row.node.empty() ? "no node" : row.node;
    result.text +=
        fmt::format("  {} slot {:<3} {:<14} {:<10} {}{}\n", short_id(task.id), task.slot, where,
                    task.state.text(), task.timestamp, task.error.empty() ? "" : "  " + task.error);
    tasks.push_back({{"id", task.id},
                     {"slot", task.slot},
                     {"node", row.node},
                     {"state", task.state.text()},
                     {"desired", task.desired.text()},
                     {"error", task.error},
                     {"since", task.timestamp}});
  }
  Json update;
  if (service.update)
    update = {{"state", service.update->state.text()}, {"message", service.update->message}};
  result.json["services"].push_back({{"name", service.name},
                                     {"image", service.spec.image()},
                                     {"running", count.running},
                                     {"desired", count.desired},
                                     {"update", update},
                                     {"tasks", tasks}});
}

void add_release(Draft& result, deploy::Deps& deps, const std::string& stack) {
  const auto records = release::records(deps.engine(), stack, deps.stop);
  Json last;
  if (!records.empty()) {
    const auto& kept = records.back();
    result.text += fmt::format(
        "release r{}: {}, {} by {}{}\n", kept.record.number, kept.state.text(), kept.record.when,
        kept.record.who,
        kept.record.commit.empty() ? "" : fmt::format(", commit {}", kept.record.commit));
    last = {{"number", kept.record.number},
            {"state", kept.state.text()},
            {"when", kept.record.when},
            {"who", kept.record.who},
            {"commit", kept.record.commit}};
  }
  result.json["release"] = last;
  Json lock;
  if (const auto holder = release::lock_holder(deps.engine(), stack, deps.stop)) {
    result.text += fmt::format("locked by {} since {}\n", holder->holder, holder->since);
    lock = {{"holder", holder->holder}, {"since", holder->since}};
  }
  result.json["lock"] = lock;
}

}  // namespace

Printable list_stacks(deploy::Deps& deps) {
  struct Counts {
    std::uint64_t services = 0, running = 0, desired = 0;
  };
  std::map<std::string, Counts> stacks;
  const engine::Filters all{{"label", {swarm::kNamespaceLabel}}};
  for (const auto& service : engine::count_services(deps.engine(), all, deps.stop)) {
    auto& stack = stacks[service.stack];
    ++stack.services;
    stack.running += service.running;
    stack.desired += service.desired;
  }
  Draft result{fmt::format("{:<32} {:>8} {:>9}\n", "STACK", "SERVICES", "TASKS"), Json::array()};
  for (const auto& [name, count] : stacks) {
    result.text += fmt::format("{:<32} {:>8} {:>9}\n", name, count.services,
                               fmt::format("{}/{}", count.running, count.desired));
    result.json.push_back({{"stack", name},
                           {"services", count.services},
                           {"running", count.running},
                           {"desired", count.desired}});
  }
  return result.done();
}

Printable status(deploy::Deps& deps, const project::Options& options) {
  const std::string stack = deploy::stack_name(deps, options);
  const auto filters = engine::of_stack(stack);
  const auto services = engine::list_services(deps.engine(), {}, filters, deps.stop);
  Draft result{"", {{"stack", stack}, {"services", Json::array()}}};
  if (services.empty()) {
    throw Error(Kind::not_found, fmt::format("there is no stack \"{}\" on this swarm", stack),
                "`skep ls` lists the stacks");
  }
  std::map<std::string, engine::ServiceCount> counts;
  for (const auto& count : engine::count_services(deps.engine(), filters, deps.stop))
    counts[count.id] = count;
  std::map<std::string, std::string> hosts;
  for (const auto& node : engine::list_nodes(deps.engine(), deps.stop))
    hosts[node.id] = node.hostname;
  const auto tasks = engine::list_tasks(deps.engine(), filters, deps.stop);
  for (const auto& service : services) {
    add_service(result, service, counts[service.id], rows_of(tasks, service.id, hosts));
  }
  add_release(result, deps, stack);
  return result.done();
}

}  // namespace skep::ops
