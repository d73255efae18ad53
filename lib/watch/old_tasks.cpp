#include "watch/old_tasks.hpp"

#include "base/time_limit.hpp"
#include "engine/nodes.hpp"
#include "engine/services.hpp"
#include "engine/tasks.hpp"

#include <algorithm>
#include <set>

namespace skep::watch {
namespace {

bool on_a_lost_node(const swarm::Task& task, const std::vector<swarm::Node>& nodes) {
  return !task.node_id.empty() && std::none_of(nodes.begin(), nodes.end(), [&](const auto& node) {
    return node.id == task.node_id && node.state != swarm::NodeState::down;
  });
}

}  // namespace

bool wait_for_old_tasks(engine::Transport& engine, Clock& clock, const std::string& stack,
                        const std::vector<std::string>& services, Duration timeout,
                        std::stop_token outer) {
  constexpr Duration kGrace = std::chrono::seconds(2);  // of a silent engine
  constexpr Duration kPoll = std::chrono::seconds(1);
  const auto ended = within(longer(timeout, kGrace), outer, [&](const std::stop_token& stop) {
    const auto of_stack = engine::of_stack(stack);
    std::set<std::string> ids;
    for (const auto& service : engine::list_services(engine, {}, of_stack, stop)) {
      if (std::find(services.begin(), services.end(), service.name) != services.end())
        ids.insert(service.id);
    }
    const auto end = after(clock.now(), timeout);
    while (true) {
      const auto nodes = engine::list_nodes(engine, stop);
      const auto tasks = engine::list_tasks(engine, of_stack, stop);
      const bool left = std::any_of(tasks.begin(), tasks.end(), [&](const swarm::Task& task) {
        return ids.contains(task.service_id) && !task.up_to_date && !has_ended(task.state) &&
               !on_a_lost_node(task, nodes);
      });
      if (!left) return true;
      if (clock.now() >= end) return false;
      clock.sleep(kPoll, stop);
    }
  });
  return ended.value_or(false);
}

}  // namespace skep::watch
