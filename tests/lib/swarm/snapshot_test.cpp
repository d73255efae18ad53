#include "swarm/snapshot.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"
#include "swarm/constraint.hpp"
#include "swarm/parse.hpp"
#include "swarm/subnet.hpp"

using namespace skep;
using namespace skep::swarm;

namespace {

Json json(const char* text) {
  return Json::parse(text);
}

Node node() {
  Node one;
  one.id = "n1";
  one.hostname = "docker02";
  one.role = Role::worker;
  one.address = "10.1.2.3";
  one.os = "linux";
  one.architecture = "x86_64";
  one.labels = {{"usage", "apps"}, {"Case", "Kept"}};
  one.engine_labels = {{"disk", "ssd"}};
  return one;
}

std::string constraint_problem(const std::string& constraint) {
  try {
    satisfies(node(), constraint);
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::input);
    CHECK(error.hint() == "write it as \"node.labels.usage == apps\"");
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a service is read, with what the engine leaves out", "[swarm]") {
  Names names;
  names.network_name_by_id = {{"net1", "front"}};
  const auto service = parse_service(
      json(R"({"ID": "s1", "Version": {"Index": 7}, "CreatedAt": "c", "UpdatedAt": "u",
      "Spec": {"Name": "shop_web", "Labels": {}, "TaskTemplate": {"Networks": [{"Target": "net1"}]}},
      "UpdateStatus": {"State": "paused", "StartedAt": "a", "CompletedAt": "b", "Message": "m"},
      "JobStatus": {"JobIteration": {}}})"),
      names);
  CHECK(service.id == "s1");
  CHECK(service.name == "shop_web");
  CHECK(service.version == 7);
  CHECK(service.live["TaskTemplate"]["Networks"][0]["Target"] == "net1");
  CHECK(service.spec.networks() == std::vector<std::string>{"front"});
  CHECK(service.update == UpdateStatus{UpdateState::paused, "a", "b", "m"});
  CHECK(service.job_iteration == 0);
  CHECK(service.created == "c");
  CHECK(service.updated == "u");
  CHECK_FALSE(parse_service(json(R"({"Spec": {}, "UpdateStatus": {}})"), {}).update.has_value());
}

TEST_CASE("a task is read, an exit code counts only where the container ended by itself",
          "[swarm]") {
  const auto task = [](const char* state, const char* status) {
    return parse_task(Json{{"ID", "t"},
                           {"ServiceID", "s"},
                           {"NodeID", "n"},
                           {"DesiredState", "running"},
                           {"CreatedAt", "c"},
                           {"Spec", {{"ContainerSpec", {{"Image", "i"}}}}},
                           {"Status",
                            {{"State", state},
                             {"Err", "e"},
                             {"Message", "m"},
                             {"Timestamp", "ts"},
                             {"ContainerStatus", json(status)}}}});
  };
  const auto failed = task("failed", R"({"ContainerID": "c1", "ExitCode": 7})");
  CHECK(failed.exit_code == 7);
  CHECK(failed.container_id == "c1");
  CHECK(failed.slot == 0);
  CHECK(failed.job_iteration == 0);
  CHECK(failed.error == "e");
  CHECK(failed.message == "m");
  CHECK(failed.timestamp == "ts");
  CHECK(failed.image == "i");
  CHECK(failed.desired == TaskState::running);
  CHECK(failed.node_id == "n");
  CHECK(failed.service_id == "s");
  CHECK(task("complete", R"({"ExitCode": 0})").exit_code == 0);
  CHECK(task("complete", "null").exit_code == 0);
  CHECK_FALSE(task("failed", "null").exit_code.has_value());
  CHECK_FALSE(task("rejected", R"({"ExitCode": 0})").exit_code.has_value());
  CHECK_FALSE(task("running", R"({"ExitCode": 0})").exit_code.has_value());
  CHECK(parse_task(json(R"({"Slot": 3, "JobIteration": {"Index": 2}})")).slot == 3);
  CHECK(parse_task(json(R"({"Slot": 3, "JobIteration": {"Index": 2}})")).job_iteration == 2);
}

TEST_CASE("a node is read", "[swarm]") {
  const auto one = parse_node(json(R"({"ID": "n1", "Version": {"Index": 3},
      "Spec": {"Role": "worker", "Availability": "drain", "Labels": {"usage": "apps"}},
      "Description": {"Hostname": "docker02", "Platform": {"OS": "linux", "Architecture": "x86_64"},
        "Engine": {"EngineVersion": "28.5.1", "Labels": {"a": "b"}, "Plugins": [{"Type": "Network", "Name": "overlay"}]}},
      "Status": {"State": "ready", "Addr": "10.0.0.2"}})"));
  CHECK(one.id == "n1");
  CHECK(one.version == 3);
  CHECK(one.role == Role::worker);
  CHECK(one.availability == Availability::drain);
  CHECK(one.labels == Labels{{"usage", "apps"}});
  CHECK(one.hostname == "docker02");
  CHECK(one.os == "linux");
  CHECK(one.architecture == "x86_64");
  CHECK(one.engine_version == "28.5.1");
  CHECK(one.engine_labels == Labels{{"a", "b"}});
  CHECK(one.plugins == std::vector<std::string>{"Network/overlay"});
  CHECK(one.state == NodeState::ready);
  CHECK(one.address == "10.0.0.2");
  CHECK(one.spec["Availability"] == "drain");
}

TEST_CASE("networks, secrets and configs are read", "[swarm]") {
  const auto network =
      parse_network(json(R"({"Id": "x", "Name": "n", "Driver": "overlay", "Scope": "swarm",
      "Attachable": true, "Ingress": false, "Labels": null, "IPAM": {"Config": [{"Subnet": "10.0.1.0/24"}, {}]}})"));
  CHECK(network.id == "x");
  CHECK(network.name == "n");
  CHECK(network.driver == "overlay");
  CHECK(network.scope == "swarm");
  CHECK(network.attachable);
  CHECK_FALSE(network.ingress);
  CHECK(network.labels.empty());
  CHECK(network.subnets == std::vector<std::string>{"10.0.1.0/24"});
  CHECK(parse_network(json(R"({"Id": "x", "IPAM": {"Config": null}})")).subnets.empty());
  const auto secret = parse_secret(
      json(R"({"ID": "x", "Version": {"Index": 2}, "Spec": {"Name": "s", "Labels": {"a": "b"}}})"));
  CHECK(secret.id == "x");
  CHECK(secret.name == "s");
  CHECK(secret.version == 2);
  CHECK(secret.labels == Labels{{"a", "b"}});
  const auto config =
      parse_config(json(R"({"ID": "x", "Version": {"Index": 2}, "CreatedAt": "c", "UpdatedAt": "u",
      "Spec": {"Name": "c", "Labels": {}, "Data": "aGk="}})"));
  CHECK(config.data == "hi");
  CHECK(config.name == "c");
  CHECK(config.created == "c");
  CHECK(config.updated == "u");
}

TEST_CASE("a snapshot finds things by name and knows a stack's services", "[swarm]") {
  Snapshot all;
  all.networks.push_back(parse_network(json(R"({"Id": "n1", "Name": "net"})")));
  all.secrets.push_back(parse_secret(json(R"({"ID": "s1", "Spec": {"Name": "sec"}})")));
  all.configs.push_back(parse_config(json(R"({"ID": "c1", "Spec": {"Name": "con"}})")));
  all.nodes.push_back(node());
  for (const auto* name : {"b", "a", "other"}) {
    Service service;
    service.name = name;
    service.spec.set_label(kNamespaceLabel, service.name == "other" ? "x" : "shop");
    all.services.push_back(service);
  }
  CHECK(all.find_network("net")->id == "n1");
  CHECK(all.find_secret("sec")->id == "s1");
  CHECK(all.find_config("con")->id == "c1");
  CHECK(all.find_node("n1")->hostname == "docker02");
  CHECK(all.find_service("a") == &all.services[1]);
  CHECK(all.find_service("ab") == nullptr);
  CHECK(all.find_node("x") == nullptr);
  const auto services = all.stack_services("shop");
  REQUIRE(services.size() == 2);
  CHECK(services[0]->name == "a");
  CHECK(services[1]->name == "b");
  const auto names = all.names();
  CHECK(names.network_id_by_name.at("net") == "n1");
  CHECK(names.network_name_by_id.at("n1") == "net");
  CHECK(names.secret_id_by_name.at("sec") == "s1");
  CHECK(names.config_id_by_name.at("con") == "c1");
}

TEST_CASE("placement constraints are judged as swarmkit does", "[swarm]") {
  for (const auto* good :
       {"node.labels.usage == apps", "node.labels.usage==APPS", "node.labels.usage != db",
        "node.labels.none != x", "node.role == Worker", "node.hostname == docker02",
        "node.id == n1", "NODE.ID == n1", "node.platform.os == linux",
        "node.platform.arch == x86_64", "engine.labels.disk == ssd", "node.labels.Case == kept",
        "node.ip == 10.1.2.3", "node.ip == 10.1.0.0/16", "node.ip != 10.2.0.0/16"}) {
    CAPTURE(good);
    CHECK(satisfies(node(), good));
    CHECK(wrong_with_constraint(good).empty());
  }
  for (const auto* bad :
       {"node.labels.usage == db", "node.labels.usage != apps", "node.labels.case == kept",
        "node.labels.none == x", "node.role == manager", "node.unknown == x", "node.unknown != x",
        "node.labels.usage == ap*", "node.ip == 10.1.2.4", "node.ip != 10.1.0.0/16",
        "node.ip == 10.1.0.0/33", "node.ip != nothing", "node.ip == 2001:db8::/32"}) {
    CAPTURE(bad);
    CHECK_FALSE(satisfies(node(), bad));
  }
}

TEST_CASE("a text that is no constraint is refused", "[swarm]") {
  CHECK(constraint_problem("node.role") ==
        "\"node.role\" is not a placement constraint: it has neither == nor !=");
  CHECK(constraint_problem("node role == x") ==
        "\"node role == x\" is not a placement constraint: the key \"node role\" is not valid");
  CHECK(constraint_problem("1a == x") ==
        "\"1a == x\" is not a placement constraint: the key \"1a\" is not valid");
  CHECK(constraint_problem("node.role == ") ==
        "\"node.role == \" is not a placement constraint: the value \"\" is not valid");
  CHECK(constraint_problem("node.role == a,b") ==
        "\"node.role == a,b\" is not a placement constraint: the value \"a,b\" is not valid");
}

TEST_CASE("subnets overlap where one holds the other", "[swarm]") {
  const auto at = [](const char* text) { return *parse_subnet(text); };
  CHECK(overlap(at("10.0.0.0/8"), at("10.1.0.0/16")));
  CHECK(overlap(at("10.1.0.0/16"), at("10.0.0.0/8")));
  CHECK_FALSE(overlap(at("10.0.0.0/16"), at("10.1.0.0/16")));
  CHECK(overlap(at("0.0.0.0/0"), at("10.1.0.0/16")));
  CHECK_FALSE(overlap(at("::/0"), at("10.1.0.0/16")));
  CHECK(overlap(at("2001:db8::/33"), at("2001:db8::/32")));
  CHECK_FALSE(overlap(at("10.0.0.0/25"), at("10.0.0.128/25")));
  CHECK(contains(at("10.0.0.0/8"), at("10.1.2.3")));
  CHECK_FALSE(contains(at("10.1.2.3"), at("10.0.0.0/8")));
  CHECK(format(masked(at("10.9.200.5/20"))) == "10.9.192.0/20");
  CHECK(format(masked(at("2001:db8::1/32"))) == "2001:db8::/32");
  CHECK(masked(at("10.9.0.0/24")) == at("10.9.0.0/24"));
  CHECK(masked(at("10.9.0.5/32")) == at("10.9.0.5"));
  for (const auto* text :
       {"", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/a", "10.0.0/8", "::/129", "10.0.0.0/1234"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_subnet(text).has_value());
  }
}
