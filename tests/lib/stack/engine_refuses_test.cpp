// What an engine is known to refuse is said where it stands, before anything is begun.
#include "stack_support.hpp"

namespace skep::stack {
namespace {

using test::findings;

/// The findings about a file whose one service is on the network `n`.
std::string on_network(const std::string& network, ReadOptions options = test::options_with()) {
  return test::read_stack(
             "services: {a: {image: x, networks: [n]}}\nnetworks:\n  n: " + network + "\n",
             std::move(options))
      .text();
}

std::string pool(const std::string& keys) {
  return on_network("{ipam: {config: [{" + keys + "}]}}");
}

}  // namespace

TEST_CASE("no service can be on a network of one node", "[stack]") {
  CHECK(
      on_network("{driver: bridge}") ==
      "s.yml:3:15: error: networks.n.driver: a bridge network belongs to one node, and no service "
      "can be on it\n  hint: remove the driver: Swarm then makes an overlay network\n");
  CHECK(on_network("{driver: host}") ==
        "s.yml:3:15: error: networks.n.driver: a host network belongs to one node, and no service "
        "can be on it\n  hint: for the node's own network write external: true and name: host\n");
  CHECK(on_network("{driver: macvlan}") ==
        "s.yml:3:15: error: networks.n.driver: a macvlan network belongs to one node, and no "
        "service can be on it\n  hint: make one with docker network create --scope swarm, and name "
        "it with external: true\n");
  CHECK(on_network("{driver: bridge}", test::as_docker()) ==
        "s.yml:3:15: warning: networks.n.driver: a bridge network belongs to one node, and no "
        "service can be on it\n  hint: remove the driver: Swarm then makes an overlay network\n");
  for (const char* good : {"{driver: overlay}", "{driver: weave}", "{external: true}", "{}"})
    CHECK(on_network(good).empty());
  CHECK(test::read_stack("services: {a: {image: x}}\nnetworks: {n: {driver: bridge}}\n")
            .text()
            .empty());  // nobody is on it, so that it is not made
  CHECK(test::read_stack("services: {a: {image: x}}\nnetworks: {default: {driver: bridge}}\n")
            .problems.has_errors());
}

TEST_CASE("a subnet has no bits of a host, and holds its range and its gateway", "[stack]") {
  CHECK(pool("subnet: 10.9.0.5/24") ==
        "s.yml:3:32: error: networks.n.ipam.config[0].subnet: 10.9.0.5/24 is an address in the "
        "subnet 10.9.0.0/24\n  hint: write 10.9.0.0/24\n");
  CHECK(pool("subnet: \"fd00::1/64\"") ==
        "s.yml:3:32: error: networks.n.ipam.config[0].subnet: fd00::1/64 is an address in the "
        "subnet fd00::/64\n  hint: write fd00::/64\n");
  CHECK(pool("subnet: 10.9.0.0/24, ip_range: 10.9.1.0/28") ==
        "s.yml:3:55: error: networks.n.ipam.config[0].ip_range: 10.9.1.0/28 is not in the subnet "
        "10.9.0.0/24\n  hint: write one that is, or remove it\n");
  CHECK(pool("subnet: 10.9.0.0/24, gateway: 10.8.0.1") ==
        "s.yml:3:54: error: networks.n.ipam.config[0].gateway: 10.8.0.1 is not in the subnet "
        "10.9.0.0/24\n  hint: write one that is, or remove it\n");
  CHECK(pool("subnet: 10.9.0.0/24, gateway: 10.9.0.1/24") ==
        "s.yml:3:54: error: networks.n.ipam.config[0].gateway: \"10.9.0.1/24\" is no IP address\n"
        "  hint: write one such as 10.5.0.1\n");
  CHECK(pool("subnet: 10.9.0.0/24, ip_range: 10.9.0.16/28, gateway: 10.9.0.1").empty());
  CHECK(on_network("{ipam: {config: [{subnet: 10.9.0.5/24}]}}", test::as_docker()) ==
        "s.yml:3:32: warning: networks.n.ipam.config[0].subnet: 10.9.0.5/24 is an address in the "
        "subnet 10.9.0.0/24\n  hint: write 10.9.0.0/24\n");
}

TEST_CASE("a constraint can be parsed, and Swarm spreads over a label", "[stack]") {
  const std::string wrong =
      "services.a.deploy.placement.constraints[0]: \"node.labels.x = 1\" is not a placement "
      "constraint: it has neither == nor !=\n  hint: write it as \"node.labels.usage == apps\"\n";
  const std::string lines = "deploy: {placement: {constraints: [\"node.labels.x = 1\"]}}";
  CHECK(findings(lines) == "4:40: error: " + wrong);
  CHECK(findings(lines, test::as_docker()) == "4:40: warning: " + wrong);
  CHECK(findings("deploy: {placement: {constraints: [\"node.labels.x==1\"]}}").empty());
  CHECK(findings("deploy: {placement: {preferences: [{spread: zone}]}}") ==
        "4:49: warning: services.a.deploy.placement.preferences[0].spread: Swarm does not spread "
        "over \"zone\"\n  hint: write node.labels.NAME or engine.labels.NAME\n");
  CHECK(findings("deploy: {placement: {preferences: [{spread: Node.Labels.zone}]}}").empty());
}

TEST_CASE("limits and times below the engine's least", "[stack]") {
  CHECK(findings("mem_limit: 1m") ==
        "4:16: error: services.a.mem_limit: below 6 MiB, the least that the engine takes\n"
        "  hint: write 6m or more\n");
  CHECK(findings("deploy: {resources: {limits: {memory: 5m}}}") ==
        "4:43: error: services.a.deploy.resources.limits.memory: below 6 MiB, the least that "
        "the engine takes\n  hint: write 6m or more\n");
  CHECK(findings("deploy: {resources: {reservations: {memory: 1024}}}") ==
        "4:49: error: services.a.deploy.resources.reservations.memory: below 4 MiB, the "
        "least that the engine takes\n  hint: write 4m or more\n");
  CHECK(findings("cpus: 0.0001") ==
        "4:11: error: services.a.cpus: below 0.001, the least that the engine takes\n"
        "  hint: write 0.001 or more\n");
  CHECK(findings("mem_limit: 6m\ncpus: 0.001\nmem_reservation: 4m").empty());
  CHECK(findings("mem_limit: 0").empty());
  for (const std::string key : {"interval", "timeout", "start_period", "start_interval"}) {
    CHECK(findings("healthcheck: {test: a, " + key + ": 100us}") ==
          "4:" + std::to_string(30 + key.size()) + ": error: services.a.healthcheck." + key +
              ": below 1ms, the least that the engine takes\n  hint: write 1ms or more\n");
    CHECK(findings("healthcheck: {test: a, " + key + ": 1ms}").empty());
    CHECK(findings("healthcheck: {test: a, " + key + ": 0s}").empty());
  }
}

TEST_CASE("Swarm has no mounts of images", "[stack]") {
  const std::string mount = "volumes: [{type: image, source: x, target: /x}]";
  CHECK(findings(mount) ==
        "4:22: warning: Swarm cannot do these, they are left out: type: image "
        "(services.a.volumes[0], line 4)\n  hint: type: image: Swarm has no mounts of images; copy "
        "the files into the service's own image\n");
  CHECK(test::service_of(mount).mounts.empty());
  CHECK(findings("volumes: [{type: image, source: x, target: /x, image: {subpath: bin}}]") ==
        "4:52: warning: Swarm cannot do these, they are left out: image (services.a.volumes[0], "
        "line 4)\n  hint: image: Swarm has no mounts of images; copy the files into the service's "
        "own image\n");
  CHECK(test::service_of(mount, test::as_docker()).mounts.size() == 1);
  CHECK(findings(mount, test::as_docker()) ==
        "4:22: warning: services.a.volumes[0].type: Swarm has no mounts of images\n"
        "  hint: remove it\n");
}

TEST_CASE("what the engine refuses is printed by `config` all the same", "[stack]") {
  auto options = test::options_with();
  options.whole = false;
  CHECK(findings("mem_limit: 1m\nhealthcheck: {test: a, interval: 1us}", options).empty());
}

}  // namespace skep::stack
