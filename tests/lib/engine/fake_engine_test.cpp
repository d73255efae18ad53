// The fake itself: what others build their tests on must move as swarmkit does.
#include "support/fake_engine.hpp"

#include "engine/services.hpp"
#include "support/catch.hpp"

#include <nlohmann/json.hpp>

namespace skep::test {
namespace {

using namespace std::chrono_literals;

Json spec_of(const std::string& image, Json update = Json::object(), std::uint64_t replicas = 2) {
  return {{"Name", "web"},
          {"TaskTemplate", {{"ContainerSpec", {{"Image", image}}}}},
          {"Mode", {{"Replicated", {{"Replicas", replicas}}}}},
          {"UpdateConfig", std::move(update)}};
}

struct World {
  FakeClock clock;
  FakeEngine fake{clock};
  World() {
    fake.swarm().on_task([](const Json& task) {
      const auto image = task["Spec"]["ContainerSpec"]["Image"].get<std::string>();
      return image == "bad" ? crashes_after(1s, 3, "boom\n") : runs();
    });
  }
  void update(const Json& spec) {
    const auto service = *engine::find_service(fake, "web", {});
    engine::update_service(fake, service.id, service.version, spec,
                           engine::RegistryAuth::anonymous());
  }
  std::string update_state() {
    return fake.swarm().service("web").value("UpdateStatus", Json::object()).value("State", "none");
  }
  /// Images of the tasks that run.
  std::vector<std::string> running() {
    std::vector<std::string> images;
    for (const auto& task : fake.swarm().tasks_of("web")) {
      if (task["Status"]["State"] == "running" && task["DesiredState"] == "running") {
        images.push_back(task["Spec"]["ContainerSpec"]["Image"].get<std::string>());
      }
    }
    std::sort(images.begin(), images.end());
    return images;
  }
};
using Images = std::vector<std::string>;

TEST_CASE("a good update replaces every task and completes after the monitor time", "[fake]") {
  World world;
  world.fake.swarm().add_service(spec_of("v1"));
  world.clock.advance(2s);
  REQUIRE(world.running() == Images{"v1", "v1"});
  REQUIRE(world.update_state() == "none");
  world.update(spec_of("v2", {{"Parallelism", 1}}));
  REQUIRE(world.update_state() == "updating");
  world.clock.advance(300ms);
  REQUIRE(world.running() == Images{"v1"});
  world.clock.advance(3s);
  REQUIRE(world.running() == Images{"v2", "v2"});
  REQUIRE(world.update_state() == "updating");
  world.clock.advance(5s);
  REQUIRE(world.update_state() == "completed");
}

TEST_CASE("a bad update pauses, goes back, or goes on, as the service says", "[fake]") {
  World world;
  world.fake.swarm().add_service(spec_of("v1"));
  world.clock.advance(2s);
  SECTION("pause leaves the old task that was not touched") {
    world.update(spec_of("bad", {{"Parallelism", 1}, {"Delay", 10'000'000'000}}));
    world.clock.advance(60s);
    REQUIRE(world.update_state() == "paused");
    const auto running = world.running();  // the bad one goes on crashing beside it
    REQUIRE(std::count(running.begin(), running.end(), "v1") == 1);
  }
  SECTION("rollback brings the old spec back, and says so") {
    world.update(spec_of("bad", {{"Parallelism", 1}, {"FailureAction", "rollback"}}));
    world.clock.advance(60s);
    REQUIRE(world.update_state() == "rollback_completed");
    REQUIRE(world.running() == Images{"v1", "v1"});
    REQUIRE(world.fake.swarm().service("web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] ==
            "v1");
  }
  SECTION("start-first keeps the old tasks until the new one runs") {
    world.update(spec_of("v2", {{"Parallelism", 1}, {"Order", "start-first"}}));
    world.clock.advance(300ms);
    REQUIRE(world.running() == Images{"v1", "v1"});
    world.clock.advance(20s);
    REQUIRE(world.running() == Images{"v2", "v2"});
    REQUIRE(world.update_state() == "completed");
  }
}

TEST_CASE("a crash loop makes new tasks, and each tells its end", "[fake]") {
  World world;
  world.fake.swarm().add_service(spec_of("bad", {}, 1));
  world.clock.advance(30s);
  const auto tasks = world.fake.swarm().tasks_of("web");
  REQUIRE(tasks.size() > 3);
  REQUIRE(tasks[0]["Status"]["State"] == "failed");
  REQUIRE(tasks[0]["DesiredState"] == "shutdown");
  REQUIRE(tasks[0]["Status"]["Err"] == "task: non-zero exit (3)");
  REQUIRE(tasks[0]["Status"]["ContainerStatus"]["ExitCode"] == 3);
}

TEST_CASE("replicas change without an update status, and a constraint nobody meets stays pending",
          "[fake]") {
  World world;
  world.fake.swarm().add_service(spec_of("v1"));
  world.clock.advance(2s);
  world.update(spec_of("v1", {}, 3));
  world.clock.advance(2s);
  REQUIRE(world.running().size() == 3);
  REQUIRE(world.update_state() == "none");
  world.update(spec_of("v1", {}, 1));
  REQUIRE(world.running().size() == 1);
  auto spec = spec_of("v1", {}, 1);
  spec["TaskTemplate"]["Placement"] = {{"Constraints", {"node.labels.usage == apps"}}};
  world.update(spec);
  world.clock.advance(30s);
  const auto tasks = world.fake.swarm().tasks_of("web");
  REQUIRE(tasks.back()["Status"]["State"] == "pending");
  REQUIRE(tasks.back()["Status"]["Err"] ==
          "no suitable node (scheduling constraints not satisfied on 1 nodes)");
}

TEST_CASE("a spec is stored as the engine stores it", "[fake]") {
  World world;
  auto& swarm = world.fake.swarm();
  const auto network = swarm.add_network("frontend");
  auto spec = spec_of("v1");
  spec["Labels"] = nullptr;
  spec["TaskTemplate"]["Networks"] = {{{"Target", "frontend"}}};
  spec["TaskTemplate"]["ContainerSpec"]["Env"] = Json::array();
  spec["TaskTemplate"]["ContainerSpec"]["Mounts"] = {
      {{"Type", "volume"}, {"Target", "/x"}, {"Consistency", "default"}}};
  spec["EndpointSpec"] = {{"Ports", {{{"TargetPort", 80}}}}};
  swarm.add_service(spec);
  const auto stored = swarm.service("web")["Spec"];
  REQUIRE(stored["Labels"] == Json::object());
  REQUIRE(stored["TaskTemplate"]["Networks"] == Json({{{"Target", network}}}));
  REQUIRE(stored["TaskTemplate"]["Runtime"] == "container");
  REQUIRE_FALSE(stored["TaskTemplate"]["ContainerSpec"].contains("Env"));
  REQUIRE(stored["TaskTemplate"]["ContainerSpec"]["Isolation"] == "default");
  REQUIRE(stored["TaskTemplate"]["ContainerSpec"]["Mounts"] ==
          Json({{{"Type", "volume"}, {"Target", "/x"}}}));
  REQUIRE(
      stored["EndpointSpec"] ==
      Json({{"Mode", "vip"},
            {"Ports", {{{"TargetPort", 80}, {"Protocol", "tcp"}, {"PublishMode", "ingress"}}}}}));
  REQUIRE(stored["UpdateConfig"]["FailureAction"] == "pause");
}

TEST_CASE("an unknown route and an unknown filter stop the test", "[fake]") {
  World world;
  REQUIRE_THROWS_WITH(world.fake.send(engine::get("/plugins")),
                      "fake engine: no route for GET /plugins");
  REQUIRE_THROWS_WITH(world.fake.send(engine::get("/services", {{"filters", R"({"mode":["x"]})"}})),
                      "fake engine: GET /services does not know the filter mode");
}

TEST_CASE("faults cut before, after and in the middle, at the request that is meant", "[fake]") {
  World world;
  Fault fault;
  fault.method = "POST";
  fault.path = "/networks/create";
  fault.skip = 1;
  fault.how = GENERATE(Fault::How::cut_before, Fault::How::cut_after);
  world.fake.plant(fault);
  const auto create = [&](const std::string& name) {
    return world.fake.send(engine::post("/networks/create", Json{{"Name", name}})).status;
  };
  REQUIRE(create("a") == 201);
  REQUIRE_THROWS_AS(create("b"), Error);
  const auto names = world.fake.swarm().names(world.fake.swarm().networks);
  const bool made = std::find(names.begin(), names.end(), "b") != names.end();
  REQUIRE(made == (fault.how == Fault::How::cut_after));
  REQUIRE(create("c") == 201);
  REQUIRE(world.fake.writes().size() == 3);
  REQUIRE(world.fake.calls()[1].status == 0);
}

}  // namespace
}  // namespace skep::test
