#pragma once
// A small swarm and a small stack, as values, for the tests of planning.
#include "plan/plan.hpp"
#include "swarm/canonical.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace skep::test {

inline const std::string kDigestA = "sha256:" + std::string(64, 'a');
inline const std::string kDigestB = "sha256:" + std::string(64, 'b');

/// The spec that convert makes of a service "web" with one image, as short as it can be.
inline swarm::Spec service_spec(const std::string& name, const std::string& image) {
  return swarm::Spec(
      Json{{"Name", name},
           {"Labels", {{"com.docker.stack.namespace", "shop"}, {"com.docker.stack.image", image}}},
           {"TaskTemplate", {{"ContainerSpec", {{"Image", image}}}, {"Placement", Json::object()}}},
           {"Mode", {{"Replicated", {{"Replicas", 2}}}}},
           {"EndpointSpec", Json::object()}});
}

inline convert::DesiredService desired_service(const std::string& key,
                                               const std::string& image = "app:1") {
  convert::DesiredService service;
  service.key = key;
  service.name = "shop_" + key;
  service.image = image;
  service.spec = service_spec(service.name, image);
  service.loc = {"stack.yml", 3, 5};
  service.image_loc = {"stack.yml", 4, 12};
  return service;
}

inline convert::DesiredObject desired_object(const std::string& key, const std::string& data) {
  convert::DesiredObject object;
  object.key = key;
  object.name = "shop_" + key;
  object.data = Secret(data);
  object.labels = {{"com.docker.stack.namespace", "shop"}};
  object.spec = {{"Labels", object.labels}};
  object.loc = {"stack.yml", 20, 3};
  return object;
}

/// What is live of a spec: as the engine would say it back.
inline swarm::Service live_service(const swarm::Spec& spec, const std::string& id = "") {
  swarm::Service service;
  service.name = spec.name();
  service.id = id.empty() ? spec.name() + "-id" : id;
  service.version = 42;
  service.live = spec.json();
  service.spec = swarm::canonical(spec);
  return service;
}

inline swarm::Node node(const std::string& hostname,
                        const std::map<std::string, std::string>& labels = {}) {
  swarm::Node one;
  one.id = hostname + "-id";
  one.hostname = hostname;
  one.role = swarm::Role::worker;
  one.availability = swarm::Availability::active;
  one.state = swarm::NodeState::ready;
  one.os = "linux";
  one.architecture = "x86_64";
  one.labels = labels;
  return one;
}

inline swarm::Task running_task(const swarm::Service& service, const std::string& hostname,
                                bool up_to_date = true) {
  swarm::Task task;
  task.id = service.name + "." + hostname;
  task.service_id = service.id;
  task.node_id = hostname + "-id";
  task.state = swarm::TaskState::running;
  task.desired = swarm::TaskState::running;
  task.up_to_date = up_to_date;
  return task;
}

inline swarm::Network network(const std::string& name, const std::string& stack = "shop",
                              std::vector<std::string> subnets = {}) {
  swarm::Network one;
  one.id = name + "-id";
  one.name = name;
  one.driver = "overlay";
  one.scope = "swarm";
  one.subnets = std::move(subnets);
  if (!stack.empty()) one.labels[swarm::kNamespaceLabel] = stack;
  return one;
}

/// Three workers, nothing else.
inline swarm::Snapshot empty_swarm() {
  swarm::Snapshot all;
  all.nodes = {node("docker01"), node("docker02"), node("docker03")};
  return all;
}

inline convert::Desired stack_of(std::vector<convert::DesiredService> services) {
  convert::Desired desired;
  desired.stack = "shop";
  desired.services = std::move(services);
  return desired;
}

/// "app:1" has digest A, "app:2" digest B.
inline plan::Choices choices() {
  plan::Choices all;
  all.digests["app:1"] = {kDigestA, nullptr, "", false};
  all.digests["app:2"] = {kDigestB, nullptr, "", false};
  all.suffix_seed = "0123456789";
  return all;
}

/// The live service that a release of "app:1" made, with two running tasks.
inline swarm::Snapshot released(const convert::DesiredService& service) {
  auto all = empty_swarm();
  auto spec = service.spec;
  spec.set_image(service.image + "@" + kDigestA);
  all.services.push_back(live_service(spec));
  all.tasks = {running_task(all.services[0], "docker01"),
               running_task(all.services[0], "docker02")};
  return all;
}

template <typename T>
std::vector<T> actions_of(const plan::Plan& plan) {
  std::vector<T> result;
  for (const auto& stage : plan.stages) {
    for (const auto& action : stage.actions) {
      if (const auto* one = std::get_if<T>(&action)) result.push_back(*one);
    }
  }
  return result;
}

}  // namespace skep::test
