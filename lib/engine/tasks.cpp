#include "engine/tasks.hpp"

#include "engine/list.hpp"
#include "swarm/parse.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace skep::engine {

std::vector<swarm::Task> list_tasks(Transport& engine, const Filters& filters,
                                    std::stop_token stop) {
  // The narrow list first: a task made between the two is then wrongly "old" for one look, never
  // wrongly "new".
  auto narrow = filters;
  narrow["_up-to-date"] = {"true"};
  std::set<std::string> current;
  for (const auto& task : list(engine, "/tasks", narrow, swarm::parse_task, stop))
    current.insert(task.id);
  auto tasks = list(engine, "/tasks", filters, swarm::parse_task, std::move(stop));
  for (auto& task : tasks) task.up_to_date = current.contains(task.id);
  return tasks;
}

Json inspect_task_json(Transport& engine, const std::string& id, std::stop_token stop) {
  return call_json(engine, get("/tasks/" + segment(id)), std::move(stop));
}

}  // namespace skep::engine
