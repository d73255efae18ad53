#include "plan/preflight.hpp"

#include "plan/choices.hpp"
#include "plan/format.hpp"
#include "plan/judge.hpp"
#include "plan/make_plan.hpp"
#include "plan/plan.hpp"
#include "support/catch.hpp"
#include "swarm/parse.hpp"
#include "world.hpp"

#include <algorithm>

using namespace skep;
using namespace skep::plan;
using namespace skep::test;

namespace {

/// Errors and warnings as people see them, one string each.
std::vector<std::string> problems(const convert::Desired& desired, const swarm::Snapshot& snapshot,
                                  const Choices& wishes = choices()) {
  std::vector<std::string> result;
  for (const auto& problem : preflight(judge(desired, snapshot, wishes)).sorted())
    result.push_back(format(problem));
  return result;
}

using Texts = std::vector<std::string>;

void constrain(convert::DesiredService& service, const Json& constraints) {
  service.spec.json()["TaskTemplate"]["Placement"]["Constraints"] = constraints;
}

void publish(swarm::Spec& spec, int port, const char* mode, const char* protocol = "tcp") {
  spec.json()["EndpointSpec"]["Ports"].push_back(
      {{"PublishedPort", port}, {"TargetPort", 80}, {"PublishMode", mode}, {"Protocol", protocol}});
}

swarm::Service other(const std::string& name, const std::string& stack = "else") {
  auto spec = service_spec(name, "app:1");
  spec.set_label(swarm::kNamespaceLabel, stack);
  return live_service(spec);
}

convert::DesiredNetwork wanted_network(const std::string& name, bool external,
                                       const Json& spec = {}) {
  convert::DesiredNetwork wanted;
  wanted.key = "net";
  wanted.name = name;
  wanted.external = external;
  wanted.spec = spec;
  wanted.loc = {"stack.yml", 30, 3};
  return wanted;
}

}  // namespace

TEST_CASE("a stack that the swarm can carry has no problem", "[plan]") {
  CHECK(problems(stack_of({desired_service("web")}), empty_swarm()).empty());
  CHECK(problems(stack_of({desired_service("web")}), released(desired_service("web"))).empty());
  CHECK(problems(stack_of({}), empty_swarm()).empty());
}

TEST_CASE("before images are known nothing is said about them", "[plan]") {
  CHECK(problems(stack_of({desired_service("web", "")}), empty_swarm(), Choices{}).empty());
}

TEST_CASE("all problems come at once", "[plan]") {
  auto service = desired_service("web", "app:9");
  constrain(service, {"node.role == manager"});
  auto desired = stack_of({service});
  desired.networks = {wanted_network("front", true)};
  auto wishes = choices();
  wishes.digests["app:9"].error = "manifest unknown";
  wishes.node_labels["docker09"] = {{"a", "b"}};
  CHECK(problems(desired, empty_swarm(), wishes).size() == 4);
}

TEST_CASE("external networks exist, in the swarm", "[plan]") {
  auto desired = stack_of({desired_service("web")});
  desired.networks = {wanted_network("front", true)};
  auto live = empty_swarm();
  const std::string hint =
      "\n  hint: create it first: docker network create --driver overlay front";
  CHECK(problems(desired, live) == Texts{"stack.yml:30:3: error: networks.net: external network "
                                         "\"front\" does not exist in this swarm" +
                                         hint});
  live.networks = {network("front", "")};
  CHECK(problems(desired, live).empty());
  live.networks[0].scope = "local";
  CHECK(problems(desired, live) ==
        Texts{"stack.yml:30:3: error: networks.net: external network \"front\" has the scope "
              "\"local\", a stack needs one of scope \"swarm\"" +
              hint});
  for (const auto* name : {"host", "bridge", "none"}) {
    desired.networks = {wanted_network(name, true)};
    CHECK(problems(desired, empty_swarm()).empty());
  }
}

TEST_CASE("a network's name belongs to one stack", "[plan]") {
  auto desired = stack_of({desired_service("web")});
  desired.networks = {wanted_network("front", false, Json::object())};
  auto live = empty_swarm();
  live.networks = {network("front", "else")};
  const std::string hint =
      "\n  hint: say `external: true` to use it, or give the network another name";
  CHECK(problems(desired, live) == Texts{"stack.yml:30:3: error: networks.net: there is already a "
                                         "network \"front\", of stack \"else\"" +
                                         hint});
  live.networks = {network("front", "")};
  CHECK(problems(desired, live) ==
        Texts{"stack.yml:30:3: error: networks.net: there is already a network \"front\", "
              "which belongs to no stack" +
              hint});
  live.networks = {network("front", "shop")};
  CHECK(problems(desired, live).empty());
}

TEST_CASE("subnets of new networks overlap no other", "[plan]") {
  const auto pool = [](const char* subnet) {
    return Json{{"IPAM", {{"Config", {{{"Subnet", subnet}}}}}}};
  };
  auto desired = stack_of({desired_service("web")});
  desired.networks = {wanted_network("shop_a", false, pool("10.0.1.0/24"))};
  auto live = empty_swarm();
  live.networks = {network("ingress", "", {"10.0.0.0/16"})};
  const std::string hint = "\n  hint: choose another subnet, or let the engine choose";
  CHECK(problems(desired, live) ==
        Texts{"stack.yml:30:3: error: networks.net.ipam: subnet 10.0.1.0/24 overlaps "
              "10.0.0.0/16 of network \"ingress\"" +
              hint});
  live.networks[0].scope = "local";  // a bridge of one machine
  CHECK(problems(desired, live).empty());
  desired.networks.push_back(wanted_network("shop_b", false, pool("10.0.1.128/25")));
  CHECK(problems(desired, live) ==
        Texts{"stack.yml:30:3: error: networks.net.ipam: subnet 10.0.1.0/24 overlaps "
              "10.0.1.128/25 of network \"shop_b\"" +
              hint});
}

TEST_CASE("external secrets and configs exist", "[plan]") {
  auto desired = stack_of({desired_service("web")});
  auto object = desired_object("pw", "");
  object.name = "pw";
  object.external = true;
  desired.secrets = {object};
  desired.configs = {object};
  CHECK(problems(desired, empty_swarm()) ==
        Texts{"stack.yml:20:3: error: configs.pw: external config \"pw\" does not exist\n"
              "  hint: create it first: docker config create pw FILE",
              "stack.yml:20:3: error: secrets.pw: external secret \"pw\" does not exist\n"
              "  hint: create it first: docker secret create pw FILE"});
  auto live = empty_swarm();
  live.config_names = {"pw"};
  live.secrets.push_back(swarm::parse_secret(Json{{"ID", "x"}, {"Spec", {{"Name", "pw"}}}}));
  CHECK(problems(desired, live).empty());
}

TEST_CASE("a node satisfies each placement, with the labels that this release sets", "[plan]") {
  auto service = desired_service("web");
  constrain(service, {"node.labels.usage == apps"});
  const auto desired = stack_of({service});
  CHECK(problems(desired, empty_swarm()) ==
        Texts{"stack.yml:3:5: error: services.web.deploy.placement: no node satisfies "
              "\"node.labels.usage == apps\"\n"
              "  hint: label one: `skep node label NODE usage=apps`, or `nodes:` in skep.yml"});
  auto wishes = choices();
  wishes.node_labels["docker02"] = {{"usage", "apps"}};
  CHECK(problems(desired, empty_swarm(), wishes).empty());
  auto live = empty_swarm();
  live.nodes[1].labels = {{"usage", "apps"}};
  CHECK(problems(desired, live).empty());
  live.nodes[1].state = swarm::NodeState::down;
  CHECK(problems(desired, live) ==
        Texts{"stack.yml:3:5: error: services.web.deploy.placement: no node that fits is ready: "
              "docker02 (down)\n  hint: bring a node up, or set its availability to active"});
  live.nodes[1].state = swarm::NodeState::ready;
  live.nodes[1].availability = swarm::Availability::drain;
  CHECK(problems(desired, live).at(0).find("docker02 (drain)") != std::string::npos);
  constrain(service, {"node.role == manager", "node.platform.os == linux"});
  CHECK(problems(stack_of({service}), empty_swarm()) ==
        Texts{"stack.yml:3:5: error: services.web.deploy.placement: no node satisfies \"node.role "
              "== manager\" and "
              "\"node.platform.os == linux\"\n  hint: change the placement, or add such a node"});
  service.spec.json()["Mode"] = {{"Replicated", {{"Replicas", 0}}}};
  CHECK(problems(stack_of({service}), empty_swarm()).empty());
}

TEST_CASE("what a swarm refuses is told where it stands", "[plan]") {
  auto service = desired_service("web");
  constrain(service, {"node.role == worker", "node.labels.q == 1"});
  service.places = {{"node.role == worker", {"a.yml", 5, 1}},
                    {"node.labels.q == 1", {"b.yml", 5, 9}},
                    {"deploy.replicas", {"b.yml", 7, 1}},
                    {"80/tcp", {"c.yml", 2, 2}},
                    {"deploy.mode", {}}};
  const auto told = problems(stack_of({service}), empty_swarm());
  REQUIRE(told.size() == 1);
  CHECK(told.front().starts_with("b.yml:5:9: error: services.web.deploy.placement: no node"));
  CHECK(service.place_of("deploy.replicas") == SourceLoc{"b.yml", 7, 1});
  CHECK(service.place_of("deploy.mode") == service.loc);
  CHECK(service.place_of("else") == service.loc);
}

TEST_CASE("a swarm without a node is said as such", "[plan]") {
  CHECK(problems(stack_of({desired_service("web")}), swarm::Snapshot{}) ==
        Texts{"stack.yml:3:5: error: services.web.deploy.placement: the swarm has no node at all\n "
              " hint: join a node, or "
              "look at `skep doctor`"});
}

TEST_CASE("of a malformed constraint reading the file has told", "[plan]") {
  auto service = desired_service("web");
  constrain(service, {"node.role is worker"});
  CHECK(problems(stack_of({service}), empty_swarm()).empty());
}

TEST_CASE("a node that fits has the plugins that a service needs", "[plan]") {
  auto service = desired_service("web");
  service.places["volumes./data"] = {"stack.yml", 8, 9};
  auto& task = service.spec.json()["TaskTemplate"];
  task["ContainerSpec"]["Mounts"] = {{{"Type", "volume"},
                                      {"Source", "shop_data"},
                                      {"Target", "/data"},
                                      {"VolumeOptions", {{"DriverConfig", {{"Name", "rexray"}}}}}}};
  auto live = empty_swarm();
  CHECK(problems(stack_of({service}), live).empty());  // no node has told yet what it has
  for (auto& node : live.nodes)
    node.plugins = {"Network/overlay", "Volume/local", "Network/rexray"};
  const std::string hint = "\n  hint: install it where the service may run: docker plugin install";
  CHECK(problems(stack_of({service}), live) ==
        Texts{"stack.yml:8:9: error: services.web.volumes: no node that fits has the volume plugin "
              "\"rexray\" (of shop_data)" +
              hint});
  auto desired = stack_of({service});
  desired.as_docker = true;
  CHECK(problems(desired, live).at(0).find(": warning: ") != std::string::npos);
  live.nodes[1].plugins.push_back("Volume/rexray:latest");
  CHECK(problems(stack_of({service}), live).empty());
  constrain(service, {"node.hostname == docker01"});  // another one
  CHECK(problems(stack_of({service}), live).size() == 1);
  service.spec.json()["Mode"] = {{"Replicated", {{"Replicas", 0}}}};
  CHECK(problems(stack_of({service}), live).empty());
}

TEST_CASE("cluster volumes, networks and logs need plugins too", "[plan]") {
  auto live = empty_swarm();
  for (auto& node : live.nodes) node.plugins = {"Network/overlay", "Volume/local"};
  live.networks = {network("front", "")};
  live.networks[0].driver = "weave";
  auto service = desired_service("web");
  auto& task = service.spec.json()["TaskTemplate"];
  const std::string hint = "\n  hint: install it where the service may run: docker plugin install";
  task["Networks"] = {{{"Target", "front"}}};
  CHECK(problems(stack_of({service}), live) ==
        Texts{"stack.yml:3:5: error: services.web.networks: no node that fits has the network "
              "plugin \"weave\" (of front)" +
              hint});
  live.networks[0].driver = "overlay";
  CHECK(problems(stack_of({service}), live).empty());
  task["ContainerSpec"]["Mounts"] = {
      {{"Type", "cluster"}, {"Source", "group:fast"}, {"Target", "/fast"}}};
  CHECK(problems(stack_of({service}), live) ==
        Texts{"stack.yml:3:5: error: services.web.volumes: no node that fits has a CSI plugin (for "
              "the cluster volume group:fast)" +
              hint});
  live.nodes[2].plugins.push_back("csinode/ebs:latest");
  CHECK(problems(stack_of({service}), live).empty());
  task["LogDriver"] = {{"Name", "splunk"}};
  CHECK(problems(stack_of({service}), live).empty());  // an engine that names no log drivers
  for (auto& node : live.nodes) node.plugins.push_back("Log/json-file");
  CHECK(problems(stack_of({service}), live) ==
        Texts{"stack.yml:3:5: error: services.web.logging.driver: no node that fits has the log "
              "driver \"splunk\"\n  hint: choose one that the nodes have"});
  task["LogDriver"] = {{"Name", "json-file"}};
  CHECK(problems(stack_of({service}), live).empty());
}

TEST_CASE("a node runs the image's platform", "[plan]") {
  auto wishes = choices();
  const auto platform = [&](const char* architecture) {
    wishes.digests["app:1"].platforms = {{{"Architecture", architecture}, {"OS", "linux"}}};
    return problems(stack_of({desired_service("web")}), empty_swarm(), wishes);
  };
  CHECK(platform("amd64").empty());
  CHECK(platform("x86_64").empty());
  CHECK(platform("") == Texts{});
  CHECK(
      platform("arm64") ==
      Texts{"stack.yml:4:12: error: services.web.platform: no node that fits runs the platform of "
            "image "
            "\"app:1@" +
            kDigestA + "\"\n  hint: build the image for the nodes' platform"});
}

TEST_CASE("there is room for all replicas", "[plan]") {
  auto service = desired_service("web");
  service.spec.json()["TaskTemplate"]["Placement"]["MaxReplicas"] = 1;
  service.spec.json()["Mode"]["Replicated"]["Replicas"] = 4;
  CHECK(problems(stack_of({service}), empty_swarm()) ==
        Texts{"stack.yml:3:5: error: services.web.deploy.replicas: 4 replicas cannot all be "
              "placed: at most 1 may run on "
              "each of 3 nodes that fit\n  hint: lower the replicas, or add nodes that fit"});
  service.spec.json()["Mode"]["Replicated"]["Replicas"] = 3;
  CHECK(problems(stack_of({service}), empty_swarm()).empty());
}

TEST_CASE("start-first with a limit a node and no free slot is refused where tasks would restart",
          "[plan]") {
  auto service = desired_service("web");
  service.spec.json()["TaskTemplate"]["Placement"]["MaxReplicas"] = 1;
  service.spec.json()["Mode"]["Replicated"]["Replicas"] = 3;
  service.spec.json()["UpdateConfig"] = {{"Parallelism", 1}, {"Order", "start-first"}};
  const std::string rest =
      "services.web.deploy.update_config.order: an update with order start-first can never begin: "
      "at most 1 may run on "
      "each of 3 nodes that fit, and all are taken\n  hint: use `order: stop-first`, fewer "
      "replicas, or one more node "
      "that fits";
  CHECK(problems(stack_of({service}), empty_swarm()) == Texts{"stack.yml:3:5: warning: " + rest});
  const auto live = released(service);
  CHECK(problems(stack_of({service}), live) == Texts{"stack.yml:3:5: warning: " + rest});
  auto changed = service;
  changed.image = "app:2";
  CHECK(problems(stack_of({changed}), live) == Texts{"stack.yml:3:5: error: " + rest});
  changed.spec.json()["Mode"]["Replicated"]["Replicas"] = 2;
  CHECK(problems(stack_of({changed}), live).empty());
}

TEST_CASE("a port on the host is there once a node", "[plan]") {
  auto service = desired_service("web");
  publish(service.spec, 80, "host");
  service.spec.json()["Mode"]["Replicated"]["Replicas"] = 4;
  CHECK(problems(stack_of({service}), empty_swarm()) ==
        Texts{"stack.yml:3:5: error: services.web.deploy.replicas: 4 replicas cannot all be "
              "placed: it publishes a port on "
              "the host, and there is room on 3 nodes that fit\n  hint: lower the replicas, or add "
              "nodes that fit"});
  service.spec.json()["Mode"] = {{"Global", Json::object()}};
  CHECK(problems(stack_of({service}), empty_swarm()).empty());
  service.spec.json()["UpdateConfig"] = {{"Parallelism", 1}, {"Order", "start-first"}};
  CHECK(problems(stack_of({service}), empty_swarm()).at(0).find("can never begin") !=
        std::string::npos);

  // Two services share a host port while a node is left for each of their tasks.
  auto one = desired_service("one");
  auto two = desired_service("two");
  publish(one.spec, 80, "host");
  publish(two.spec, 80, "host");
  one.spec.json()["Mode"]["Replicated"]["Replicas"] = 1;
  CHECK(problems(stack_of({one, two}), empty_swarm()).empty());
  one.spec.json()["Mode"]["Replicated"]["Replicas"] = 2;
  CHECK(problems(stack_of({one, two}), empty_swarm()) ==
        Texts{"stack.yml:3:5: error: services.two.ports: port 80/tcp is already published by "
              "service \"shop_one\", and no "
              "node is left for both\n  hint: publish another port, or none: a gateway reaches "
              "services over their "
              "network"});
}

TEST_CASE("a published port belongs to one service of the swarm", "[plan]") {
  auto service = desired_service("web");
  publish(service.spec, 8080, "ingress");
  auto live = empty_swarm();
  live.services = {other("else_web")};
  auto spec = live.services[0].spec;
  publish(spec, 8080, "ingress");
  live.services[0] = live_service(spec);
  const std::string hint =
      "\n  hint: publish another port, or none: a gateway reaches services over their network";
  CHECK(problems(stack_of({service}), live) ==
        Texts{"stack.yml:3:5: error: services.web.ports: port 8080/tcp is already published by "
              "service \"else_web\"" +
              hint});
  auto udp = desired_service("web");
  publish(udp.spec, 8080, "ingress", "udp");
  CHECK(problems(stack_of({udp}), live).empty());
  auto on_host = desired_service("web");
  publish(on_host.spec, 8080, "host");
  CHECK(problems(stack_of({on_host}), live).size() == 1);
  auto random_port = desired_service("web");
  publish(random_port.spec, 0, "ingress");
  CHECK(problems(stack_of({random_port}), live).empty());
}

TEST_CASE("the service's own live ports are no problem", "[plan]") {
  auto service = desired_service("web");
  publish(service.spec, 8080, "ingress");
  CHECK(problems(stack_of({service}), released(service)).empty());
}

TEST_CASE("of a service that stays as it is, what was wrong before is a warning", "[plan]") {
  auto service = desired_service("web");
  service.spec.set_label("traefik.http.routers.web.rule", "Host(`a.example`)");
  auto live = released(service);
  auto foreign = other("else_web").spec;
  foreign.set_label("traefik.http.routers.web.rule", "Host(`b.example`)");
  live.services.push_back(live_service(foreign));
  const auto first = [&] { return problems(stack_of({service}), live).at(0).substr(0, 28); };
  CHECK(first() == "stack.yml:3:5: warning: serv");
  service.image = "app:2";
  service.spec.set_image("app:2");
  service.spec.set_label(swarm::kImageLabel, "app:2");
  CHECK(first() == "stack.yml:3:5: warning: serv");  // a new image, the same routes
  service.spec.set_label("traefik.http.routers.web.priority", "3");
  CHECK(first() == "stack.yml:3:5: error: servic");

  auto placed = desired_service("web");
  constrain(placed, {"node.labels.usage == nothing"});
  live = released(placed);
  CHECK(problems(stack_of({placed}), live).at(0).find(": warning: ") != std::string::npos);
  constrain(placed, {"node.labels.usage == other"});
  CHECK(problems(stack_of({placed}), live).at(0).find(": error: ") != std::string::npos);
}

TEST_CASE("as docker reads it, what docker does not look at is a warning", "[plan]") {
  auto service = desired_service("web", "app:9");
  service.spec.set_label("traefik.http.routers.web.rule", "Host(`a.example`)");
  constrain(service, {"node.labels.usage == nothing"});
  publish(service.spec, 8080, "host");
  auto second = desired_service("zzz", "app:9");
  second.spec.set_label("traefik.http.routers.web.rule", "Host(`b.example`)");
  second.image_loc = {"stack.yml", 9, 12};
  auto desired = stack_of({service, second});
  desired.networks = {
      wanted_network("shop_net", false, {{"IPAM", {{"Config", {{{"Subnet", "10.0.0.0/24"}}}}}}})};
  auto live = empty_swarm();
  live.networks = {network("front", "", {"10.0.0.0/16"})};
  auto wishes = choices();
  wishes.digests["app:9"].error = "manifest unknown";
  const auto errors = [&] {
    std::size_t count = 0;
    for (const auto& text : problems(desired, live, wishes))
      count += text.find(": error: ") != std::string::npos ? 1U : 0U;
    return count;
  };
  CHECK(problems(desired, live, wishes).size() == 5);
  CHECK(errors() == 5);
  desired.as_docker = true;
  const auto said = problems(desired, live, wishes);
  CHECK(said.size() == 5);
  CHECK(errors() == 0);
  CHECK(
      std::find(said.begin(), said.end(),
                "stack.yml:4:12: warning: services.web.image: image \"app:9\" is deployed without "
                "a digest: manifest unknown\n  hint: each node pulls what it finds, as with docker "
                "stack deploy") != said.end());
  const auto creates = actions_of<CreateService>(make_plan(judge(desired, live, wishes)));
  REQUIRE(creates.size() == 2);
  CHECK(creates[0].spec.image() == "app:9");
  // What the engine itself refuses stays an error.
  auto foreign = other("else_web");
  publish(foreign.spec, 8080, "ingress");
  live.services = {foreign};
  CHECK(errors() == 1);
}

TEST_CASE("what protects a service is released to no engine that would drop it", "[plan]") {
  auto service = desired_service("web");
  service.spec.json()["TaskTemplate"]["ContainerSpec"]["Privileges"] = {
      {"NoNewPrivileges", true}, {"Seccomp", {{"Mode", "unconfined"}}}};
  auto live = empty_swarm();
  for (auto& one : live.nodes) one.engine_version = "28.5.2";
  live.nodes[0].role = swarm::Role::manager;
  CHECK(problems(stack_of({service}), live).empty());
  live.nodes[1].engine_version = "20.10.24";
  const auto said = [](const std::string& field, const std::string& nodes) {
    return "stack.yml:3:5: error: services.web.security_opt: "
           "TaskTemplate.ContainerSpec.Privileges." +
           field + " works from Engine 25 on, and " + nodes +
           ": tasks would run without it\n  hint: upgrade these engines, keep the service away "
           "from "
           "such workers by a placement constraint, or remove the option";
  };
  CHECK(problems(stack_of({service}), live) ==
        Texts{said("NoNewPrivileges", "docker02 has 20.10.24"),
              said("Seccomp", "docker02 has 20.10.24")});
  auto away = service;
  constrain(away, {"node.hostname != docker02"});
  CHECK(problems(stack_of({away}), live).empty());
  live.nodes[0].engine_version = "24.0.2";  // the manager would store the spec without it
  CHECK(problems(stack_of({away}), live).at(0) == said("NoNewPrivileges", "docker01 has 24.0.2"));
  // An engine that dropped it gives a live service that looks as wanted.
  auto dropped = released(desired_service("web"));
  dropped.nodes = live.nodes;
  CHECK(problems(stack_of({service}), dropped).size() == 2);
}

TEST_CASE("nodes that are to be labelled exist, each once", "[plan]") {
  auto wishes = choices();
  wishes.node_labels["docker04"] = {{"usage", "apps"}};
  CHECK(problems(stack_of({}), empty_swarm(), wishes) ==
        Texts{"error: nodes.docker04: the swarm has no node \"docker04\"\n  hint: did you mean "
              "\"docker01\"?"});
  wishes.node_labels = {{"somewhere", {}}};
  CHECK(problems(stack_of({}), empty_swarm(), wishes) ==
        Texts{"error: nodes.somewhere: the swarm has no node \"somewhere\"\n  hint: its nodes are "
              "docker01, docker02, "
              "docker03"});
  wishes.node_labels = {{"docker01", {}}};
  auto live = empty_swarm();
  live.nodes.push_back(node("docker01"));
  CHECK(problems(stack_of({}), live, wishes) ==
        Texts{"error: nodes.docker01: 2 nodes of the swarm are called \"docker01\"\n  hint: give "
              "each node a host name of "
              "its own, or remove the node that is gone"});
}

TEST_CASE("a service's mode cannot change", "[plan]") {
  auto service = desired_service("web");
  const auto live = released(service);
  const auto to = [&](const char* mode) {
    service.spec.json()["Mode"] = {{mode, Json::object()}};
    return problems(stack_of({service}), live);
  };
  CHECK(
      to("Global") ==
      Texts{
          "stack.yml:3:5: error: services.web.deploy.mode: service \"shop_web\" is replicated "
          "and would "
          "become global: Swarm cannot change a service's mode\n  hint: --recreate removes it and "
          "creates it again, with no task in between; or give it another name"});
  CHECK(to("ReplicatedJob").at(0).find("would become replicated-job") != std::string::npos);
  CHECK(to("GlobalJob").at(0).find("would become global-job") != std::string::npos);
}

TEST_CASE("a service's name belongs to one stack", "[plan]") {
  auto live = empty_swarm();
  live.services = {other("shop_web", "else")};
  const std::string hint = "\n  hint: give the stack or the service another name";
  CHECK(problems(stack_of({desired_service("web")}), live) ==
        Texts{"stack.yml:3:5: error: services.web: there is already a service \"shop_web\", of "
              "stack \"else\"" +
              hint});
  live.services = {other("shop_web", "")};
  CHECK(problems(stack_of({desired_service("web")}), live) ==
        Texts{"stack.yml:3:5: error: services.web: there is already a service \"shop_web\", which "
              "belongs to no stack" +
              hint});
}

TEST_CASE("a paused service is said before anything is changed", "[plan]") {
  auto live = released(desired_service("web"));
  live.services[0].update = swarm::UpdateStatus{swarm::UpdateState::rollback_paused, "", "", ""};
  CHECK(problems(stack_of({desired_service("web")}), live) ==
        Texts{"stack.yml:3:5: error: services.web: service \"shop_web\" stands half-updated: "
              "rollback_paused\n  hint: go "
              "forward with --resume, with the specs of the last good release or of a new one"});
  auto wishes = choices();
  wishes.resume = true;
  CHECK(problems(stack_of({desired_service("web")}), live, wishes).empty());
}

TEST_CASE("an image that cannot be had is said with its place", "[plan]") {
  auto wishes = choices();
  wishes.digests["app:9"].error = "manifest unknown";
  CHECK(problems(stack_of({desired_service("web", "app:9")}), empty_swarm(), wishes) ==
        Texts{"stack.yml:4:12: error: services.web.image: image \"app:9\" cannot be deployed: "
              "manifest unknown\n  hint: "
              "check the reference and the registry's credentials; --resolve-image never deploys "
              "local images"});
  wishes.digests["app:9"].error.clear();
  CHECK(problems(stack_of({desired_service("web", "app:9")}), empty_swarm(), wishes)
            .at(0)
            .find("no digest was found") != std::string::npos);
}
