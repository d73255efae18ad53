#include "ops/status.hpp"

#include "deploy/stack_name.hpp"
#include "engine/nodes.hpp"
#include "engine/services.hpp"
#include "engine/tasks.hpp"
#include "release/lock.hpp"
#include "release/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace skep::ops {
namespace {

/// Tasks to show: the wanted ones, and of the others the newest failure of each slot that has no
/// running task.
std::vector<TaskStatus> shown_of(const std::vector<swarm::Task>& tasks, const std::string& service,
                                 const std::map<std::string, std::string>& hosts) {
  std::vector<TaskStatus> rows;
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
      rows.push_back({task, host == hosts.end() ? "" : host->second});
    } else if (swarm::has_failed(task.state)) {
      auto& newest = newest_failure[slot_of(task)];
      if (newest == nullptr || newest->timestamp < task.timestamp) newest = &task;
    }
  }
  for (const auto& [slot, task] : newest_failure) {
    if (served.count(slot) != 0) continue;
    const auto host = hosts.find(task->node_id);
    rows.push_back({*task, host == hosts.end() ? "" : host->second});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const TaskStatus& a, const TaskStatus& b) {
    return a.task.slot < b.task.slot;
  });
  return rows;
}

}  // namespace

std::vector<StackSummary> list_stacks(deploy::Deps& deps) {
  std::map<std::string, StackSummary> stacks;
  const engine::Filters all{{"label", {swarm::kNamespaceLabel}}};
  for (const auto& service : engine::count_services(deps.engine(), all, deps.stop)) {
    auto& stack = stacks[service.stack];
    stack.name = service.stack;
    ++stack.services;
    stack.running += service.running;
    stack.desired += service.desired;
  }
  std::vector<StackSummary> result;
  for (auto& [name, stack] : stacks) result.push_back(std::move(stack));
  return result;
}

StackStatus status(deploy::Deps& deps, const project::Options& options) {
  StackStatus result;
  result.stack = deploy::stack_name(deps, options);
  const auto filters = engine::of_stack(result.stack);
  const auto services = engine::list_services(deps.engine(), {}, filters, deps.stop);
  if (services.empty()) {
    throw Error(Kind::not_found,
                fmt::format("there is no stack \"{}\" on this swarm", result.stack),
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
    const auto& count = counts[service.id];
    result.services.push_back({service.name, service.spec.image(), count.running, count.desired,
                               service.update, shown_of(tasks, service.id, hosts)});
  }
  const auto records = release::records(deps.engine(), result.stack, deps.stop);
  if (!records.empty()) result.release = summary_of(records.back());
  result.lock = release::lock_holder(deps.engine(), result.stack, deps.stop);
  return result;
}

}  // namespace skep::ops
