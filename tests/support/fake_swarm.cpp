#include "support/fake_swarm.hpp"

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "support/fake_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace skep::test {

namespace {

std::string named(const std::map<std::string, Json>& objects, const std::string& name) {
  for (const auto& [id, object] : objects) {
    if (object["Spec"].value("Name", "") == name) return id;
  }
  return {};
}

}  // namespace

FakeSwarm::FakeSwarm(Clock& clock)
    : clock_(clock),
      tasks_(
          clock, [this] { return ++index_; }, nodes) {
  add_node("docker01", "manager");
  for (const std::string name : {"bridge", "host", "none"}) {
    add_network(name, {}, "local", name == "none" ? "null" : name);
  }
  networks[add_network("ingress")]["Ingress"] = true;
  for (const std::string name : {"bridge", "host"}) {
    const auto id = add_network(name, {}, "swarm", name);
    hidden_networks.insert(networks.extract(id));
  }
}

Json FakeSwarm::new_object(const std::string& prefix) {
  const auto now = format_utc(clock_.wall());
  const auto index = ++index_;
  return {{"ID", fmt::format("{}{:0>{}}", prefix, index, 25 - prefix.size())},
          {"Version", {{"Index", index}}},
          {"CreatedAt", now},
          {"UpdatedAt", now}};
}

void FakeSwarm::touch(Json& object) {
  object["Version"]["Index"] = ++index_;
  object["UpdatedAt"] = format_utc(clock_.wall());
}

std::string FakeSwarm::add_node(const std::string& hostname, const std::string& role,
                                const std::map<std::string, std::string>& labels) {
  auto object = new_object("node");
  object["Spec"] = {{"Labels", labels}, {"Role", role}, {"Availability", "active"}};
  object["Description"] = {
      {"Hostname", hostname},
      {"Platform", {{"Architecture", "x86_64"}, {"OS", "linux"}}},
      {"Engine",
       {{"EngineVersion", "28.5.2"},
        {"Plugins",
         {{{"Type", "Network"}, {"Name", "overlay"}}, {{"Type", "Volume"}, {"Name", "local"}}}}}}};
  object["Status"] = {{"State", "ready"}, {"Addr", fmt::format("10.77.0.{}", 11 + nodes.size())}};
  const auto id = object["ID"].get<std::string>();
  nodes[id] = std::move(object);
  return id;
}

std::string FakeSwarm::add_network(const std::string& name,
                                   const std::map<std::string, std::string>& labels,
                                   const std::string& scope, const std::string& driver) {
  const auto id = fmt::format("net{:0>22}", ++index_);
  networks[id] = {{"Id", id},
                  {"Name", name},
                  {"Driver", driver},
                  {"Scope", scope},
                  {"Labels", labels},
                  {"Ingress", false},
                  {"Attachable", false},
                  {"Internal", false},
                  {"IPAM", {{"Config", Json::array()}}}};
  return id;
}

std::string FakeSwarm::add_secret(const std::string& name, const std::string& content,
                                  const std::map<std::string, std::string>& labels) {
  auto object = new_object("secret");
  object["Spec"] = {{"Name", name}, {"Labels", labels}, {"Data", base64(content)}};
  const auto id = object["ID"].get<std::string>();
  secrets[id] = std::move(object);
  return id;
}

std::string FakeSwarm::add_config(const std::string& name, const std::string& data,
                                  const std::map<std::string, std::string>& labels) {
  auto object = new_object("config");
  object["Spec"] = {{"Name", name}, {"Labels", labels}, {"Data", base64(data)}};
  const auto id = object["ID"].get<std::string>();
  configs[id] = std::move(object);
  return id;
}

std::string FakeSwarm::add_service(const Json& spec) {
  tasks_.catch_up();
  for (const auto& [id, other] : tasks_.services) {
    if (other.object["Spec"]["Name"] == spec["Name"]) {
      throw Refusal{
          409, fmt::format(
                   "rpc error: code = AlreadyExists desc = name conflicts with an existing object: "
                   "service {} already exists",
                   spec["Name"].get<std::string>())};
    }
  }
  check_references(spec);
  auto object = new_object("service");
  const auto id = object["ID"].get<std::string>();
  object["Spec"] = stored_spec(spec, id);
  object["Endpoint"] = {{"Spec", object["Spec"].value("EndpointSpec", Json::object())}};
  const auto& mode = object["Spec"]["Mode"];
  if (mode.contains("ReplicatedJob") || mode.contains("GlobalJob")) {
    object["JobStatus"] = {{"JobIteration", Json::object()},
                           {"LastExecution", "0001-01-01T00:00:00Z"}};
  }
  auto& service = tasks_.services[id];
  service.object = std::move(object);
  tasks_.start(service);
  return id;
}

void FakeSwarm::add_image(const std::string& reference, const std::string& digest) {
  digests_[reference] = digest;
}

void FakeSwarm::protect_registry(const std::string& domain, const std::string& registry_auth) {
  protected_[domain] = registry_auth;
}

void FakeSwarm::set_node_state(const std::string& hostname, const std::string& state) {
  for (auto& [id, node] : nodes) {
    if (node["Description"]["Hostname"] == hostname) node["Status"]["State"] = state;
  }
}

Json FakeSwarm::service(const std::string& name) {
  tasks_.catch_up();
  return service_at(name).object;
}

std::vector<std::string> FakeSwarm::service_names() {
  std::vector<std::string> found;
  for (const auto& [id, service] : tasks_.services)
    found.push_back(service.object["Spec"]["Name"].get<std::string>());
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> FakeSwarm::names(const std::map<std::string, Json>& objects) const {
  std::vector<std::string> found;
  for (const auto& [id, object] : objects) {
    found.push_back(object.contains("Spec") ? object["Spec"].value("Name", "")
                                            : object.value("Name", ""));
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<Json> FakeSwarm::tasks_of(const std::string& service_name) {
  tasks_.catch_up();
  std::vector<Json> found;
  for (const auto& task : service_at(service_name).tasks) found.push_back(task.object);
  return found;
}

std::string FakeSwarm::secret_content(const std::string& name) const {
  const auto id = named(secrets, name);
  if (id.empty()) throw std::logic_error("fake swarm: no secret " + name);
  return base64_decode(secrets.at(id)["Spec"]["Data"].get<std::string>());
}

FakeService& FakeSwarm::service_at(const std::string& id_or_name) {
  for (auto& [id, service] : tasks_.services) {
    if (id == id_or_name || service.object["Spec"]["Name"] == id_or_name) return service;
  }
  throw Refusal{404, fmt::format("service {} not found", id_or_name)};
}

http::Response FakeSwarm::answer(const Call& call) {
  tasks_.catch_up();
  const auto under = [&](const std::string& path) {
    return call.path == path || call.path.starts_with(path + "/");
  };
  const bool of_swarm = under("/services") || under("/tasks") || under("/nodes") ||
                        under("/secrets") || under("/configs") || under("/swarm");
  if (of_swarm && !manager) {
    throw Refusal{503,
                  "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm "
                  "join\" to connect "
                  "this node to swarm and try again."};
  }
  if (under("/services")) return answer_services(call);
  if (under("/tasks")) return answer_tasks(call);
  if (under("/nodes")) return answer_nodes(call);
  if (under("/secrets")) return answer_objects(call, "secret", secrets);
  if (under("/configs")) return answer_objects(call, "config", configs);
  if (under("/networks")) return answer_networks(call);
  if (under("/images") || under("/distribution") || under("/build")) return answer_images(call);
  // The containers of a swarm's tasks are on their nodes, not on the engine that is asked.
  if (under("/containers")) throw Refusal{404, "No such container: " + call.path.substr(12)};
  return answer_system(call);
}

}  // namespace skep::test
