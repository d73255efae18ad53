#pragma once
// /tasks
#include "engine/call.hpp"
#include "swarm/snapshot.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace skep::engine {

/// Reads two lists: all tasks that match, and those of them that are of their service's current
/// spec (the filter `_up-to-date`; docs/engine.md, "Tasks"). The second sets Task::up_to_date.
std::vector<swarm::Task> list_tasks(Transport& engine, const Filters& filters = {},
                                    std::stop_token stop = {});
/// GET /tasks/ID as it is. Throws Error{not_found}.
Json inspect_task_json(Transport& engine, const std::string& id, std::stop_token stop = {});

}  // namespace skep::engine
