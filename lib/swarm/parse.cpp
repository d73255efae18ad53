#include "swarm/parse.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/json_at.hpp"
#include "swarm/canonical.hpp"
#include "swarm/shape.hpp"

namespace skep::swarm {
namespace {

// The engine leaves out what is zero or empty ("slot": 0, "JobIteration": {}), and writes null for
// a nil list.

Labels labels_at(const Json& object, JsonPath path) {
  Labels result;
  const auto* value = find_at(object, path);
  if (value == nullptr || !value->is_object()) return result;
  for (const auto& [key, label] : value->items()) {
    if (label.is_string()) result[key] = label.get<std::string>();
  }
  return result;
}

}  // namespace

Network parse_network(const Json& object) {
  Network network;
  network.id = text_at(object, {"Id"});
  network.name = text_at(object, {"Name"});
  network.driver = text_at(object, {"Driver"});
  network.scope = text_at(object, {"Scope"});
  network.attachable = flag_at(object, {"Attachable"});
  network.ingress = flag_at(object, {"Ingress"});
  network.internal = flag_at(object, {"Internal"});
  network.ipv6 = flag_at(object, {"EnableIPv6"});
  network.labels = labels_at(object, {"Labels"});
  network.options = labels_at(object, {"Options"});
  if (const auto* pools = find_at(object, {"IPAM", "Config"});
      pools != nullptr && pools->is_array()) {
    network.pools = *pools;
    for (const auto& pool : *pools) {
      auto subnet = text_at(pool, {"Subnet"});
      if (!subnet.empty()) network.subnets.push_back(std::move(subnet));
    }
  }
  return network;
}

Secret parse_secret(const Json& object) {
  Secret secret;
  secret.id = text_at(object, {"ID"});
  secret.name = text_at(object, {"Spec", "Name"});
  secret.version = count_at(object, {"Version", "Index"});
  secret.labels = labels_at(object, {"Spec", "Labels"});
  return secret;
}

Config parse_config(const Json& object) {
  Config config;
  config.id = text_at(object, {"ID"});
  config.name = text_at(object, {"Spec", "Name"});
  config.version = count_at(object, {"Version", "Index"});
  config.labels = labels_at(object, {"Spec", "Labels"});
  try {
    config.data = base64_decode(text_at(object, {"Spec", "Data"}));
  } catch (const Error&) {
    throw Error(Kind::rejected, "config \"" + config.name + "\": its data is not base64");
  }
  config.created = text_at(object, {"CreatedAt"});
  config.updated = text_at(object, {"UpdatedAt"});
  return config;
}

Service parse_service(const Json& object, const Names& names) {
  Service service;
  service.id = text_at(object, {"ID"});
  service.version = count_at(object, {"Version", "Index"});
  service.live = object_at(object, {"Spec"});
  require_shape(service.live, "service \"" + text_at(service.live, {"Name"}, service.id) + "\"");
  service.spec = canonical(Spec(service.live), names);
  service.name = service.spec.name();
  // An UpdateStatus without a state is an engine's empty struct: there was no update.
  if (const auto state = text_at(object, {"UpdateStatus", "State"}); !state.empty()) {
    service.update =
        UpdateStatus{Word<UpdateState>::read(state), text_at(object, {"UpdateStatus", "StartedAt"}),
                     text_at(object, {"UpdateStatus", "CompletedAt"}),
                     text_at(object, {"UpdateStatus", "Message"})};
  }
  service.created = text_at(object, {"CreatedAt"});
  service.updated = text_at(object, {"UpdatedAt"});
  service.job_iteration = count_at(object, {"JobStatus", "JobIteration", "Index"});
  return service;
}

Task parse_task(const Json& object) {
  Task task;
  task.id = text_at(object, {"ID"});
  task.service_id = text_at(object, {"ServiceID"});
  task.slot = count_at(object, {"Slot"});
  task.node_id = text_at(object, {"NodeID"});
  task.state = Word<TaskState>::read(text_at(object, {"Status", "State"}));
  task.desired = Word<TaskState>::read(text_at(object, {"DesiredState"}));
  task.error = text_at(object, {"Status", "Err"});
  task.message = text_at(object, {"Status", "Message"});
  task.timestamp = text_at(object, {"Status", "Timestamp"});
  task.created = text_at(object, {"CreatedAt"});
  task.container_id = text_at(object, {"Status", "ContainerStatus", "ContainerID"});
  if (task.state == TaskState::complete || task.state == TaskState::failed) {
    const auto* code = find_at(object, {"Status", "ContainerStatus", "ExitCode"});
    if (code != nullptr && code->is_number_integer()) task.exit_code = code->get<int>();
    if (code == nullptr && task.state == TaskState::complete) task.exit_code = 0;
  }
  task.image = text_at(object, {"Spec", "ContainerSpec", "Image"});
  task.job_iteration = count_at(object, {"JobIteration", "Index"});
  return task;
}

Node parse_node(const Json& object) {
  Node node;
  node.id = text_at(object, {"ID"});
  node.hostname = text_at(object, {"Description", "Hostname"});
  node.version = count_at(object, {"Version", "Index"});
  node.role = Word<Role>::read(text_at(object, {"Spec", "Role"}));
  node.availability = Word<Availability>::read(text_at(object, {"Spec", "Availability"}));
  node.state = Word<NodeState>::read(text_at(object, {"Status", "State"}));
  node.address = text_at(object, {"Status", "Addr"});
  node.os = text_at(object, {"Description", "Platform", "OS"});
  node.architecture = text_at(object, {"Description", "Platform", "Architecture"});
  node.engine_version = text_at(object, {"Description", "Engine", "EngineVersion"});
  node.labels = labels_at(object, {"Spec", "Labels"});
  node.engine_labels = labels_at(object, {"Description", "Engine", "Labels"});
  const auto* plugins = find_at(object, {"Description", "Engine", "Plugins"});
  if (plugins != nullptr && plugins->is_array()) {
    for (const auto& plugin : *plugins) {
      node.plugins.push_back(text_at(plugin, {"Type"}) + "/" + text_at(plugin, {"Name"}));
    }
  }
  node.spec = object_at(object, {"Spec"});
  return node;
}

}  // namespace skep::swarm
