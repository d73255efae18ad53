#include "base/hash.hpp"
#include "engine/configs.hpp"
#include "engine/images.hpp"
#include "engine/networks.hpp"
#include "engine/nodes.hpp"
#include "engine/secrets.hpp"
#include "engine/services.hpp"
#include "engine/snapshot.hpp"
#include "engine/system.hpp"
#include "engine/tasks.hpp"
#include "support/canned_engine.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_engine.hpp"

#include <nlohmann/json.hpp>

namespace skep::engine {
namespace {

using test::FakeClock;
using test::FakeEngine;
using test::Fault;
using Lines = std::vector<std::string>;

struct World {
  FakeClock clock;
  FakeEngine fake{clock};
  const test::Call& last() {
    calls = fake.calls();
    return calls.back();
  }
  std::vector<test::Call> calls;
};

Json web_spec(const std::string& image = "registry.example.com/web:1") {
  return {{"Name", "shop_web"},
          {"Labels", {{"com.docker.stack.namespace", "shop"}}},
          {"TaskTemplate", {{"ContainerSpec", {{"Image", image}}}}},
          {"Mode", {{"Replicated", {{"Replicas", 2}}}}}};
}

TEST_CASE("ping, info, version and swarm", "[engine]") {
  World world;
  const auto said = ping(world.fake);
  REQUIRE(said.api_version == "1.51");
  REQUIRE(said.os == "linux");
  REQUIRE(said.builder == "2");
  REQUIRE(said.swarm == "active/manager");
  REQUIRE(info(world.fake)["Name"] == "docker01");
  REQUIRE(version(world.fake)["Version"] == "28.5.2");
  REQUIRE(inspect_swarm(world.fake)["ID"] == "cluster0000000000000000001");
  world.fake.swarm().manager = false;
  REQUIRE(test::error_of([&] { inspect_swarm(world.fake); }).kind() == Kind::unavailable);
}

TEST_CASE("credentials are tried at the registry", "[engine]") {
  World world;
  docker::Auth auth{.username = "tom",
                    .password = Secret("right"),
                    .identity_token = Secret(),
                    .server_address = "r.example.com"};
  world.fake.swarm().protect_registry("r.example.com", docker::registry_auth_header(auth));
  check_auth(world.fake, auth);
  REQUIRE(world.last().json() ==
          Json({{"username", "tom"}, {"password", "right"}, {"serveraddress", "r.example.com"}}));
  auth.password = Secret("wrong");
  const auto refused = test::error_of([&] { check_auth(world.fake, auth); });
  REQUIRE(refused.kind() == Kind::unauthorized);
  REQUIRE(refused.message() ==
          "credentials of r.example.com: login attempt to https://r.example.com/v2/ failed with "
          "status: 401 Unauthorized");
  Fault away;
  away.message = "Get \"https://r.example.com/v2/\": dial tcp: no such host";
  world.fake.plant(away);
  REQUIRE(test::error_of([&] { check_auth(world.fake, auth); }).kind() == Kind::rejected);
  auth.identity_token = Secret("tok");
  REQUIRE(test::error_of([&] { check_auth(world.fake, auth); }).kind() == Kind::unauthorized);
  REQUIRE(world.last().json() ==
          Json({{"identitytoken", "tok"}, {"serveraddress", "r.example.com"}}));
}

TEST_CASE("a node's labels change and all else of its spec stays", "[engine]") {
  World world;
  world.fake.swarm().add_node("docker02", "worker", {{"a", "1"}});
  const auto nodes = list_nodes(world.fake);
  REQUIRE(nodes.size() == 2);
  const auto node = inspect_node(world.fake, "docker02");
  set_node_labels(world.fake, node, {{"usage", "apps"}});
  REQUIRE(world.last().json() ==
          Json({{"Labels", {{"usage", "apps"}}}, {"Role", "worker"}, {"Availability", "active"}}));
  REQUIRE(inspect_node(world.fake, "docker02").labels == swarm::Labels{{"usage", "apps"}});
  const auto stale = test::error_of([&] { set_node_labels(world.fake, node, {}); });
  REQUIRE(stale.kind() == Kind::conflict);
  REQUIRE(stale.message() == "POST /nodes/" + node.id + "/update: update out of sequence");
  REQUIRE(test::error_of([&] { inspect_node(world.fake, "docker99"); }).kind() == Kind::not_found);
}

TEST_CASE("networks", "[engine]") {
  World world;
  const auto id =
      create_network(world.fake, {{"Name", "shop_default"},
                                  {"Driver", "overlay"},
                                  {"Labels", {{"com.docker.stack.namespace", "shop"}}}});
  REQUIRE_FALSE(world.last().json().contains("CheckDuplicate"));
  const auto found = list_networks(world.fake, of_stack("shop"));
  REQUIRE(found.size() == 1);
  REQUIRE(found[0].id == id);
  const auto taken = test::error_of([&] {
    create_network(world.fake, {{"Name", "shop_default"}});
  });
  REQUIRE(taken.kind() == Kind::conflict);
  REQUIRE(taken.message() ==
          "POST /networks/create: network with name shop_default already exists");
  auto spec = web_spec();
  spec["TaskTemplate"]["Networks"] = {{{"Target", "shop_default"}}};
  create_service(world.fake, spec, RegistryAuth::anonymous());
  const auto used = test::error_of([&] { remove_network(world.fake, id); });
  REQUIRE(used.kind() == Kind::rejected);
  REQUIRE_THAT(used.message(), ContainsSubstring("is in use by service"));
}

TEST_CASE("only an engine below API 1.44 is asked to look for a second network of the name",
          "[engine]") {
  const auto asked = [](const std::string& api) {
    World world;
    world.fake.swarm().api_version = api;
    create_network(world.fake, {{"Name", "n"}});
    return world.last().json();
  };
  CHECK(asked("1.41") == Json({{"Name", "n"}, {"CheckDuplicate", true}}));
  CHECK(asked("1.43") == Json({{"Name", "n"}, {"CheckDuplicate", true}}));
  CHECK(asked("1.44") == Json({{"Name", "n"}}));
  CHECK(asked("1.56") == Json({{"Name", "n"}}));
  CHECK(api_minor("v1.44") == 44);
  CHECK(api_minor("1.x") == std::nullopt);
  CHECK(api_minor("2.0") == std::nullopt);
}

TEST_CASE("a secret's content goes in, never out, and can be compared without a write",
          "[engine]") {
  World world;
  const auto id = create_secret(world.fake, "pw", {{"a", "1"}}, Secret("s3cret"));
  REQUIRE(world.last().json() ==
          Json({{"Name", "pw"}, {"Labels", {{"a", "1"}}}, {"Data", base64("s3cret")}}));
  const auto secret = find_secret(world.fake, "pw");
  REQUIRE(secret);
  REQUIRE(secret->id == id);
  REQUIRE_FALSE(find_secret(world.fake, "other"));
  REQUIRE(secret_holds(world.fake, *secret, Secret("s3cret")));
  REQUIRE_FALSE(secret_holds(world.fake, *secret, Secret("other")));
  REQUIRE(world.last().parameter("version") == "1");
  REQUIRE(find_secret(world.fake, "pw")->version == secret->version);
  REQUIRE(world.fake.swarm().secret_content("pw") == "s3cret");
  REQUIRE(test::error_of([&] { create_secret(world.fake, "pw", {}, Secret("x")); }).message() ==
          "POST /secrets/create: secret pw already exists");
  set_secret_labels(world.fake, *secret, {{"b", "2"}});
  REQUIRE(list_secrets(world.fake, {{"label", {"b=2"}}}).size() == 1);
  REQUIRE(test::error_of([&] { set_secret_labels(world.fake, *secret, {}); }).kind() ==
          Kind::conflict);
}

TEST_CASE("a look at a secret that gets another answer is an error", "[engine]") {
  World world;
  world.fake.swarm().add_secret("pw", "x");
  const auto secret = *find_secret(world.fake, "pw");
  Fault fault;
  fault.status = 503;
  fault.message = "The swarm does not have a leader.";
  world.fake.plant(fault);
  REQUIRE(test::error_of([&] { secret_holds(world.fake, secret, Secret("x")); }).kind() ==
          Kind::unavailable);
  Fault taken;
  taken.status = 200;
  world.fake.plant(taken);
  const auto error = test::error_of([&] { secret_holds(world.fake, secret, Secret("x")); });
  REQUIRE(error.kind() == Kind::internal);
  REQUIRE(error.message() == "POST /secrets/" + secret.id +
                                 "/update: the engine took an update of an outdated version");
}

TEST_CASE("a config is created once, its labels are a compare-and-swap, and what uses it is named",
          "[engine]") {
  World world;
  const auto id = create_config(world.fake, "skep.shop.lock", {{"skep.state", "held"}}, "lock");
  REQUIRE(test::error_of([&] { create_config(world.fake, "skep.shop.lock", {}, "lock"); }).kind() ==
          Kind::conflict);
  const auto config = *find_config(world.fake, "skep.shop.lock");
  REQUIRE(config.data == "lock");
  set_config_labels(world.fake, config, {{"skep.state", "free"}});
  REQUIRE(test::error_of([&] { set_config_labels(world.fake, config, {}); }).kind() ==
          Kind::conflict);
  REQUIRE(list_configs(world.fake, {{"name", {"skep.shop."}}}).at(0).labels.at("skep.state") ==
          "free");
  auto spec = web_spec();
  spec["TaskTemplate"]["ContainerSpec"]["Configs"] = {
      {{"ConfigID", id}, {"ConfigName", "skep.shop.lock"}, {"File", {{"Name", "/x"}}}}};
  const auto service = create_service(world.fake, spec, RegistryAuth::anonymous()).id;
  REQUIRE(test::error_of([&] { remove_config(world.fake, id); }).message() ==
          "DELETE /configs/" + id +
              ": config 'skep.shop.lock' is in use by the following service: shop_web");
  remove_service(world.fake, service);
  remove_config(world.fake, id);
  REQUIRE_FALSE(find_config(world.fake, "skep.shop.lock"));
}

RegistryAuth toms(const char* password = "right") {
  return RegistryAuth(docker::Auth{.username = "tom",
                                   .password = Secret(password),
                                   .identity_token = {},
                                   .server_address = "registry.example.com"});
}
/// The same with the right password, as docker encodes it.
const char* const kTomsHeader =
    "eyJwYXNzd29yZCI6InJpZ2h0Iiwic2VydmVyYWRkcmVzcyI6InJlZ2lzdHJ5LmV4YW1wbGUuY29tIiwidXNlcm5hbWUiOi"
    "J0b20ifQ==";

TEST_CASE("a service is created, found, counted, updated and removed", "[engine]") {
  World world;
  const auto made = create_service(world.fake, web_spec(), toms());
  REQUIRE(world.last().header("X-Registry-Auth") == kTomsHeader);
  REQUIRE(made.warnings.empty());
  const auto service = *find_service(world.fake, "shop_web", {});
  REQUIRE(service.id == made.id);
  REQUIRE(service.spec.image() == "registry.example.com/web:1");
  REQUIRE_FALSE(find_service(world.fake, "shop_api", {}));
  REQUIRE(list_services(world.fake, {}, of_stack("shop")).size() == 1);
  REQUIRE(list_services(world.fake, {}, of_stack("other")).empty());
  world.clock.advance(std::chrono::seconds(2));
  const auto counts = count_services(world.fake);
  REQUIRE(counts.at(0).name == "shop_web");
  REQUIRE(counts.at(0).running == 2);
  REQUIRE(counts.at(0).desired == 2);

  update_service(world.fake, service.id, service.version, web_spec("registry.example.com/web:2"),
                 toms());
  REQUIRE(world.last().query == Pairs{{"version", std::to_string(service.version)}});
  REQUIRE(inspect_service_json(
              world.fake, "shop_web")["PreviousSpec"]["TaskTemplate"]["ContainerSpec"]["Image"] ==
          "registry.example.com/web:1");
  const auto stale = test::error_of([&] {
    update_service(world.fake, service.id, service.version, web_spec(), RegistryAuth::anonymous());
  });
  REQUIRE(stale.kind() == Kind::conflict);
  REQUIRE(world.last().parameter("registryAuthFrom") == "spec");
  inspect_service_with_defaults(world.fake, "shop_web");
  REQUIRE(world.last().parameter("insertDefaults") == "true");
  remove_service(world.fake, service.id);
  REQUIRE(test::error_of([&] { remove_service(world.fake, service.id); }).kind() ==
          Kind::not_found);
}

TEST_CASE("warnings of a create and of an update are read in both spellings", "[engine]") {
  test::CannedEngine canned({.status = 201, .headers = {}, .body = {}});
  canned.response.body = R"({"ID":"x","Warning":"unable to pin image"})";
  REQUIRE(create_service(canned, web_spec(), RegistryAuth::anonymous()).warnings ==
          Lines{"unable to pin image"});
  canned.response.body = R"({"ID":"x","Warnings":["a","b"]})";
  REQUIRE(create_service(canned, web_spec(), RegistryAuth::anonymous()).warnings ==
          Lines{"a", "b"});
}

TEST_CASE("tasks say whether they are of the current spec", "[engine]") {
  World world;
  const auto id = create_service(world.fake, web_spec(), RegistryAuth::anonymous()).id;
  world.clock.advance(std::chrono::seconds(20));
  auto tasks = list_tasks(world.fake, {{"service", {id}}});
  REQUIRE(tasks.size() == 2);
  REQUIRE(tasks[0].state == swarm::TaskState::running);
  REQUIRE(tasks[0].up_to_date);
  const auto service = *find_service(world.fake, id, {});
  update_service(world.fake, id, service.version, web_spec("registry.example.com/web:2"),
                 RegistryAuth::anonymous());
  tasks = list_tasks(world.fake, {{"service", {id}}});
  REQUIRE(
      std::none_of(tasks.begin(), tasks.end(), [](const auto& task) { return task.up_to_date; }));
  REQUIRE(inspect_task_json(world.fake, tasks[0].id)["ServiceID"] == id);
  REQUIRE(test::error_of([&] { inspect_task_json(world.fake, "nothing"); }).message() ==
          "GET /tasks/nothing: task nothing not found");
}

TEST_CASE("images: tag, push, look up, build", "[engine]") {
  World world;
  tag_image(world.fake, "sha256:abc", "registry.example.com/web", "1");
  REQUIRE(world.last().query == Pairs{{"repo", "registry.example.com/web"}, {"tag", "1"}});
  REQUIRE(find_image(world.fake, "registry.example.com/web:1")->at("Id") == "sha256:abc");
  REQUIRE_FALSE(find_image(world.fake, "registry.example.com/web:2"));
  REQUIRE(list_images(world.fake).size() == 1);
  std::string digest;
  push_image(world.fake, "registry.example.com/web", "1", RegistryAuth::anonymous(),
             [&](const Json& object) {
               if (object.contains("aux")) digest = object["aux"]["Digest"].get<std::string>();
             });
  REQUIRE(world.last().line() == "POST /images/registry.example.com/web/push");
  const auto known =
      inspect_distribution(world.fake, "registry.example.com/web:1", RegistryAuth::anonymous());
  REQUIRE(known["Descriptor"]["digest"] == digest);
  REQUIRE(test::error_of([&] {
            inspect_distribution(world.fake, "registry.example.com/web:9",
                                 RegistryAuth::anonymous());
          }).kind() == Kind::not_found);
  world.fake.swarm().protect_registry("registry.example.com", kTomsHeader);
  REQUIRE(test::error_of([&] {
            inspect_distribution(world.fake, "registry.example.com/web:1",
                                 RegistryAuth::anonymous());
          }).kind() == Kind::unauthorized);
  REQUIRE(
      test::error_of([&] {
        inspect_distribution(world.fake, "registry.example.com/web:1", toms("wrong"));
      }).message() ==
      "GET /distribution/registry.example.com/web:1/json: unauthorized: authentication required");
  std::optional<std::string> failed;
  push_image(world.fake, "registry.example.com/web", "1", RegistryAuth::anonymous(),
             [&](const Json& object) { failed = stream_error(object); });
  REQUIRE(failed == "no basic auth credentials");
  world.fake.swarm().build_stream = {{{"id", "moby.image.id"}, {"aux", {{"ID", "sha256:1"}}}}};
  std::vector<Json> built;
  build_image(world.fake, {{"version", "2"}, {"t", "a:1"}, {"t", "b:1"}}, http::body_of("a tar"),
              [&](const Json& object) { built.push_back(object); });
  REQUIRE(built == world.fake.swarm().build_stream);
  REQUIRE(world.last().body == "a tar");
  REQUIRE(world.last().header("content-type") == "application/x-tar");
  world.fake.cut_request(0, Fault::How::cut_middle);
  REQUIRE(test::error_of([&] { build_image(world.fake, {}, {}, [](const Json&) {}); }).kind() ==
          Kind::unreachable);
}

TEST_CASE("a snapshot reads everything once, of configs only the stack's and those asked for",
          "[engine]") {
  World world;
  auto& swarm = world.fake.swarm();
  const auto network = swarm.add_network("frontend");
  swarm.add_network("local-only", {}, "local", "bridge");
  swarm.add_config("shop_conf", "mine", {{"com.docker.stack.namespace", "shop"}});
  swarm.add_config("shared", "theirs");
  swarm.add_config("skep.other.r1", std::string(1000, 'x'));
  swarm.add_secret("pw", "x");
  auto spec = web_spec();
  spec["TaskTemplate"]["Networks"] = {{{"Target", network}}};
  swarm.add_service(spec);
  const auto snapshot = read_snapshot(world.fake, "shop", {"shared", "missing", "shop_conf"});
  REQUIRE(snapshot.cluster_id == "cluster0000000000000000001");
  REQUIRE(snapshot.find_network("frontend") != nullptr);
  REQUIRE(snapshot.find_network("host") != nullptr);
  REQUIRE(snapshot.find_network("local-only") == nullptr);
  REQUIRE(snapshot.configs.size() == 2);
  REQUIRE(snapshot.find_config("shop_conf")->data == "mine");
  REQUIRE(snapshot.find_config("shared")->data == "theirs");
  REQUIRE(snapshot.config_names == Lines{"shared"});
  REQUIRE(snapshot.secrets.size() == 1);
  REQUIRE(snapshot.tasks.size() == 2);
  REQUIRE(snapshot.tasks[0].up_to_date);
  REQUIRE(snapshot.nodes.size() == 1);
  REQUIRE(snapshot.stack_services("shop").at(0)->spec.networks() == Lines{"frontend"});
  REQUIRE(world.fake.writes().empty());
  for (const auto& call : world.fake.calls()) {
    if (call.path == "/configs") REQUIRE_FALSE(call.parameter("filters").empty());
  }
  swarm.manager = false;
  REQUIRE(test::error_of([&] { read_snapshot(world.fake, "shop"); }).kind() == Kind::unavailable);
}

}  // namespace
}  // namespace skep::engine
