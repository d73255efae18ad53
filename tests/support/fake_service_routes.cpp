// /services and /tasks.
#include "support/fake_routes.hpp"
#include "swarm/spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace skep::test {

namespace {

using swarm::Spec;

void default_at(Json& object, const char* key, const Json& value) {
  if (!object.contains(key) || object[key].is_null() || object[key] == "") object[key] = value;
}

/// The list under a key, to be changed in place; one that is not there has no elements.
std::vector<std::reference_wrapper<Json>> list_at(Json& object, const char* key) {
  std::vector<std::reference_wrapper<Json>> items;
  if (object.contains(key) && object[key].is_array())
    items.assign(object[key].begin(), object[key].end());
  return items;
}

/// "1767323045.000000001", as `since` has it; two of them compare as texts.
std::string in_seconds(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{}.{:09}", seconds.time_since_epoch().count(), (time - seconds).count());
}

/// As the engine writes the time of a message of a log.
std::string with_nanoseconds(WallTime time) {
  const auto text = format_utc(time);
  const auto part = time - std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{}.{:09}Z", text.substr(0, text.size() - 1), part.count());
}

/// Drops what Go's omitempty would: nulls, empty texts, lists and maps, and zero numbers of these
/// keys' objects.
void drop_empty(Json& object, const std::vector<std::string>& keys) {
  for (const auto& key : keys) {
    if (!object.contains(key)) continue;
    const auto& value = object[key];
    const bool zero = value.is_number() && value == 0;
    if (value.is_null() || zero || value == "" ||
        ((value.is_array() || value.is_object()) && value.empty()))
      object.erase(key);
  }
}

void normalise_updates(Json& spec, const char* key) {
  if (!spec.contains(key) || spec[key].is_null()) {
    spec.erase(key);
    return;
  }
  auto& config = spec[key];
  default_at(config, "FailureAction", "pause");
  default_at(config, "Order", "stop-first");
  default_at(config, "Parallelism", 0);
  default_at(config, "MaxFailureRatio", 0);
  drop_empty(config, {"Delay", "Monitor"});
}

void normalise_container(Json& container) {
  default_at(container, "Isolation", "default");
  drop_empty(container, {"Labels",      "Command",       "Args",
                         "Hostname",    "Env",           "Dir",
                         "User",        "Groups",        "StopSignal",
                         "Hosts",       "Secrets",       "Configs",
                         "Mounts",      "CapabilityAdd", "CapabilityDrop",
                         "Sysctls",     "Ulimits",       "TTY",
                         "OpenStdin",   "ReadOnly",      "StopGracePeriod",
                         "Healthcheck", "DNSConfig"});
  for (Json& mount : list_at(container, "Mounts")) {
    mount.erase("Consistency");
    drop_empty(mount, {"BindOptions", "VolumeOptions", "TmpfsOptions", "ReadOnly"});
  }
}

}  // namespace

Json FakeSwarm::stored_spec(const Json& given, const std::string&) {
  auto spec = given;
  default_at(spec, "Labels", Json::object());
  auto& task = spec["TaskTemplate"];
  normalise_container(task["ContainerSpec"]);
  default_at(task, "Runtime", "container");
  default_at(task, "ForceUpdate", 0);
  drop_empty(task, {"LogDriver", "Networks"});
  if (task.contains("RestartPolicy") && task["RestartPolicy"].is_object()) {
    default_at(task["RestartPolicy"], "Condition", "any");
    drop_empty(task["RestartPolicy"], {"Delay", "Window"});
  }
  for (Json& network : list_at(task, "Networks")) {
    const auto target = network["Target"].get<std::string>();
    const auto named = [&](const auto& entry) {
      return entry.first == target || entry.second["Name"] == target;
    };
    const auto hidden = std::find_if(hidden_networks.begin(), hidden_networks.end(), named);
    if (hidden != hidden_networks.end()) {
      network["Target"] = hidden->first;
      continue;
    }
    const auto found = std::find_if(networks.begin(), networks.end(), named);
    if (found == networks.end())
      throw Refusal{500,
                    fmt::format("rpc error: code = Unknown desc = network {} not found", target)};
    network["Target"] = found->first;
  }
  if (!spec.contains("Mode") || spec["Mode"].empty())
    spec["Mode"] = {{"Replicated", Json::object()}};
  if (spec["Mode"].contains("Replicated")) default_at(spec["Mode"]["Replicated"], "Replicas", 1);
  if (spec["Mode"].contains("ReplicatedJob")) {
    default_at(spec["Mode"]["ReplicatedJob"], "MaxConcurrent", 1);
    default_at(spec["Mode"]["ReplicatedJob"], "TotalCompletions", 1);
  }
  normalise_updates(spec, "UpdateConfig");
  normalise_updates(spec, "RollbackConfig");
  if (!spec.contains("EndpointSpec") || spec["EndpointSpec"].is_null())
    spec["EndpointSpec"] = Json::object();
  auto& endpoint = spec["EndpointSpec"];
  default_at(endpoint, "Mode", "vip");
  drop_empty(endpoint, {"Ports"});
  for (Json& port : list_at(endpoint, "Ports")) {
    default_at(port, "Protocol", "tcp");
    default_at(port, "PublishMode", "ingress");
  }
  return spec;
}

void FakeSwarm::check_references(const Json& spec) const {
  const auto name = spec.value("Name", "");
  if (name.empty() || name.size() > 63) {
    throw Refusal{
        400, "rpc error: code = InvalidArgument desc = name must be valid as a DNS name component"};
  }
  const auto& container = spec["TaskTemplate"]["ContainerSpec"];
  const auto check = [&](const char* list, const char* id_key, const char* name_key,
                         const std::string& kind, const std::map<std::string, Json>& objects) {
    if (!container.contains(list) || !container[list].is_array()) return;
    for (const auto& reference : container[list]) {
      const auto found = objects.find(reference.value(id_key, ""));
      if (found != objects.end() && found->second["Spec"]["Name"] == reference.value(name_key, ""))
        continue;
      throw Refusal{400, fmt::format("rpc error: code = InvalidArgument desc = {} not found: {}",
                                     kind, reference.value(name_key, ""))};
    }
  };
  check("Secrets", "SecretID", "SecretName", "secret", secrets);
  check("Configs", "ConfigID", "ConfigName", "config", configs);
  const auto& mode = spec.value("Mode", Json::object());
  if ((mode.contains("ReplicatedJob") || mode.contains("GlobalJob")) &&
      spec.contains("UpdateConfig") && !spec["UpdateConfig"].is_null()) {
    throw Refusal{400,
                  "rpc error: code = InvalidArgument desc = Jobs may not have an update config"};
  }
}

Json FakeSwarm::with_status(const FakeService& service) const {
  auto object = service.object;
  const auto running = std::count_if(
      service.tasks.begin(), service.tasks.end(),
      [](const auto& task) { return task.wanted() && task.runs_at && !task.ended(); });
  const auto completed =
      std::count_if(service.tasks.begin(), service.tasks.end(),
                    [](const auto& task) { return task.object["Status"]["State"] == "complete"; });
  object["ServiceStatus"] = {{"RunningTasks", running},
                             {"DesiredTasks", Spec(service.object["Spec"]).replicas()},
                             {"CompletedTasks", completed}};
  return object;
}

http::Response FakeSwarm::answer_services(const Call& call) {
  const auto parts = parts_of(call.path);
  if (parts.size() == 1 && call.method == "GET") {
    const FakeFilters filters(call);
    filters.only({"id", "name", "label"});
    Json list = Json::array();
    for (const auto& [id, service] : tasks_.services) {
      const auto& spec = service.object["Spec"];
      if (!filters.begins("id", id) || !filters.begins("name", spec["Name"]) ||
          !filters.labels(spec["Labels"]))
        continue;
      list.push_back(call.parameter("status") == "true" ? with_status(service) : service.object);
    }
    return json_answer(list);
  }
  if (call.method == "POST" && call.path == "/services/create") {
    return json_answer({{"ID", add_service(call.json())}}, 201);
  }
  if (parts.size() < 2) unknown_route(call);
  auto& service = service_at(parts[1]);
  if (call.method == "GET" && parts.size() == 2) return json_answer(service.object);
  if (call.method == "DELETE" && parts.size() == 2) {
    const auto id = service.object["ID"].get<std::string>();
    tasks_.services.erase(id);
    return empty_answer(200);
  }
  if (call.method == "GET" && parts.size() == 3 && parts[2] == "logs") {
    std::vector<const FakeTask*> tasks;
    for (const auto& task : service.tasks) tasks.push_back(&task);
    return logs_of(call, tasks);
  }
  if (call.method != "POST" || parts.size() != 3 || parts[2] != "update") unknown_route(call);
  const auto given = call.json();
  check_references(given);
  const auto spec = stored_spec(given, parts[1]);
  if (spec["Name"] != service.object["Spec"]["Name"]) {
    throw Refusal{501, "rpc error: code = Unimplemented desc = renaming services is not supported"};
  }
  if (spec["Mode"].items().begin().key() != service.object["Spec"]["Mode"].items().begin().key()) {
    throw Refusal{501, "rpc error: code = Unimplemented desc = service mode change is not allowed"};
  }
  if (call.parameter("version") !=
      std::to_string(service.object["Version"]["Index"].get<std::uint64_t>())) {
    throw Refusal{500, "rpc error: code = Unknown desc = update out of sequence"};
  }
  const auto& old = service.object["Spec"];
  const bool dirty =
      old["TaskTemplate"] != spec["TaskTemplate"] || old["EndpointSpec"] != spec["EndpointSpec"];
  service.object["PreviousSpec"] = old;
  service.object["Spec"] = spec;
  if (service.object.contains("JobStatus")) {
    auto& iteration = service.object["JobStatus"]["JobIteration"];
    iteration["Index"] = iteration.value("Index", 0) + 1;
  }
  touch(service.object);
  tasks_.begin_update(service, dirty);
  return json_answer({{"Warnings", nullptr}});
}

http::Response FakeSwarm::answer_tasks(const Call& call) {
  const auto parts = parts_of(call.path);
  const FakeFilters filters(call);
  filters.only({"id", "service", "label", "_up-to-date", "desired-state", "node", "name"});
  Json list = Json::array();
  for (const auto& [id, service] : tasks_.services) {
    for (const auto& task : service.tasks) {
      const auto task_id = task.object["ID"].get<std::string>();
      if (parts.size() > 1) {
        if (task_id != parts[1]) continue;
        if (parts.size() == 2) return json_answer(task.object);
        if (parts.size() == 3 && parts[2] == "logs") return logs_of(call, {&task});
        unknown_route(call);
      }
      if (filters.has("_up-to-date") && !tasks_.is_current(service, task)) continue;
      if ((!filters.fits("service", id) &&
           !filters.fits("service", service.object["Spec"]["Name"])) ||
          !filters.begins("id", task_id) ||
          !filters.fits("desired-state", task.object["DesiredState"]) ||
          !filters.labels(task.object["Labels"]) ||
          !filters.fits("node", task.object.value("NodeID", ""))) {
        continue;
      }
      list.push_back(task.object);
    }
  }
  if (parts.size() > 1) throw Refusal{404, fmt::format("task {} not found", parts[1])};
  return json_answer(list);
}

http::Response FakeSwarm::logs_of(const Call& call,
                                  const std::vector<const FakeTask*>& tasks) const {
  if (call.parameter("stdout") != "1" && call.parameter("stderr") != "1") {
    throw Refusal{400, "Bad parameters: you must choose at least one stream"};
  }
  std::string body;
  const auto since = call.parameter("since");
  const auto add = [&](char type, const FakeTask& task, const std::string& text,
                       const std::string& time, const std::string& seconds) {
    if (!since.empty() && seconds < since) return;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
      std::string line;
      if (call.parameter("timestamps") == "1") line += time + ' ';
      if (call.parameter("details") == "1") {
        line += fmt::format(
            "com.docker.swarm.node.id={},com.docker.swarm.service.id={},com.docker.swarm.task.id={}"
            " ",
            task.object.value("NodeID", ""), task.object["ServiceID"].get<std::string>(),
            task.object["ID"].get<std::string>());
      }
      line += text.substr(at, end - at);
      const auto size = line.size();
      body += {type,
               0,
               0,
               0,
               static_cast<char>(size >> 24 & 255),
               static_cast<char>(size >> 16 & 255),
               static_cast<char>(size >> 8 & 255),
               static_cast<char>(size & 255)};
      body += line;
      at = end;
    }
  };
  for (const auto* task : tasks) {
    if (!task->runs_at) continue;
    const auto created = task->object["CreatedAt"].get<std::string>();
    const auto at = in_seconds(parse_utc(created));
    add(1, *task, task->script.out, created, at);
    add(2, *task, task->script.err, created, at);
    for (const auto& said : task->script.said) {
      const auto when = *task->runs_at + said.after;
      if (when > clock_.now()) continue;
      const auto wall = clock_.wall() - (clock_.now() - when);
      add(said.error ? 2 : 1, *task, said.text, with_nanoseconds(wall), in_seconds(wall));
    }
  }
  return {.status = 200, .headers = {}, .body = body};
}

}  // namespace skep::test
