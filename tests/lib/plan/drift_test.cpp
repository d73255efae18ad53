#include "plan/drift.hpp"

#include "plan/judge.hpp"
#include "plan/make_plan.hpp"
#include "support/catch.hpp"
#include "world.hpp"

using namespace skep;
using namespace skep::plan;
using namespace skep::test;

namespace {

/// A released service, and what of it is live.
struct World {
  convert::DesiredService service = desired_service("web");
  swarm::Snapshot live = test::released(service);
  Released released{3, {{"shop_web", live.services[0].spec}}, {}};

  swarm::Spec& spec() { return live.services[0].spec; }
  void scale(int replicas) { spec().json()["Mode"]["Replicated"]["Replicas"] = replicas; }
  Drift drift() const {
    return plan::drift(released, live, make_plan(judge(stack_of({service}), live, choices())));
  }
};

}  // namespace

TEST_CASE("right after a release there is no drift", "[plan]") {
  const World world;
  const auto drift = world.drift();
  CHECK(drift == Drift{3, {}});
  CHECK(format(drift).empty());
  CHECK(to_json(drift) == Json({{"since", 3}, {"services", Json::array()}}));
}

TEST_CASE("without a kept release nothing is known of drift", "[plan]") {
  World world;
  world.released = {};
  world.scale(5);
  CHECK(world.drift() == Drift{});
  CHECK(to_json(world.drift()).is_null());
}

TEST_CASE("drift names what was changed by hand, and what a deploy does with it", "[plan]") {
  World world;
  world.scale(5);
  SECTION("the files do not change it") {
    CHECK(format(world.drift()) ==
          "drift: changed by hand since r3\n"
          "  service shop_web\n"
          "    Mode.Replicated.Replicas: 2 → 5 (a deploy sets it back)\n");
  }
  SECTION("the files say the same by now") {
    world.service.spec.json()["Mode"]["Replicated"]["Replicas"] = 5;
    CHECK(format(world.drift()) ==
          "drift: changed by hand since r3\n"
          "  service shop_web\n"
          "    Mode.Replicated.Replicas: 2 → 5 (a deploy leaves it)\n");
  }
  SECTION("the files change it to something else") {
    world.service.spec.json()["Mode"]["Replicated"]["Replicas"] = 3;
    world.service.spec.set_env("A", "1");  // no drift: only the files change it
    CHECK(format(world.drift()) ==
          "drift: changed by hand since r3\n"
          "  service shop_web\n"
          "    Mode.Replicated.Replicas: 2 → 5 (the files change it too)\n");
    CHECK(to_json(world.drift()) ==
          Json::parse(R"({"since": 3, "services": [{"service": "shop_web", "what": "changed",
                          "deploy": null, "changes": [{"path": "Mode.Replicated.Replicas",
                          "old": 2, "new": 5, "deploy": "replaced"}]}]})"));
  }
}

TEST_CASE("an element of a list is the same drift under its old and its new key", "[plan]") {
  World world;
  const auto port = [](int published) {
    return Json{{"PublishedPort", published}, {"TargetPort", 80}};
  };
  auto& wanted = world.service.spec.json()["EndpointSpec"]["Ports"];
  wanted = Json::array({port(8080)});
  world.released.services["shop_web"].json()["EndpointSpec"]["Ports"] = wanted;
  world.spec().json()["EndpointSpec"]["Ports"] = Json::array({port(9090)});
  CHECK(format(world.drift()) ==
        "drift: changed by hand since r3\n"
        "  service shop_web\n"
        "    EndpointSpec.Ports[8080:80/tcp].PublishedPort: 8080 → 9090 (a deploy sets it back)\n");
}

TEST_CASE("a forced restart is no drift", "[plan]") {
  World world;
  world.spec().json()["TaskTemplate"]["ForceUpdate"] = 4;
  CHECK(world.drift().services.empty());
}

TEST_CASE("secrets do not show in drift", "[plan]") {
  World world;
  world.spec().set_env("API_TOKEN", "canary");
  const auto drift = world.drift();
  CHECK(format(drift) ==
        "drift: changed by hand since r3\n"
        "  service shop_web\n"
        "    TaskTemplate.ContainerSpec.Env[API_TOKEN]: (absent) → \"***\" (a deploy sets it "
        "back)\n");
  CHECK(dump_json(to_json(drift)).find("canary") == std::string::npos);
}

TEST_CASE("services that somebody made or removed are drift", "[plan]") {
  World world;
  world.live.services.push_back(live_service(service_spec("shop_tool", "app:1")));
  world.released.services["shop_gone"] = service_spec("shop_gone", "app:1");
  CHECK(format(world.drift()) ==
        "drift: changed by hand since r3\n"
        "  service shop_gone was removed: the files do not have it either\n"
        "  service shop_tool was made: a deploy leaves it\n");
  SECTION("and a deploy may make it again, or remove it") {
    auto wishes = choices();
    wishes.prune = true;
    const auto plan =
        make_plan(judge(stack_of({world.service, desired_service("gone")}), world.live, wishes));
    CHECK(format(drift(world.released, world.live, plan)) ==
          "drift: changed by hand since r3\n"
          "  service shop_gone was removed: a deploy makes it again\n"
          "  service shop_tool was made: a deploy removes it\n");
  }
  SECTION("the files may have it too by now") {
    auto tool = desired_service("tool");
    tool.spec.set_env("A", "1");
    const auto plan = make_plan(judge(stack_of({world.service, tool}), world.live, choices()));
    const auto found = drift(world.released, world.live, plan);
    REQUIRE(found.services.size() == 2);
    CHECK(found.services[1].fate == Fate::replaced);
    CHECK(to_json(found)["services"][1] ==
          Json::parse(R"({"service": "shop_tool", "what": "added", "deploy": "replaced",
                          "changes": []})"));
  }
}

TEST_CASE("what a torn release left is nobody's hand", "[plan]") {
  World world;
  auto torn = world.spec();
  torn.set_env("A", "2");
  world.released.torn = {{{"shop_web", torn}, {"shop_new", service_spec("shop_new", "app:1")}}};
  world.spec() = torn;
  world.live.services.push_back(live_service(service_spec("shop_new", "app:1")));
  world.released.services["shop_pruned"] = service_spec("shop_pruned", "app:1");
  CHECK(world.drift().services.empty());
  world.scale(9);
  const auto drift = world.drift();
  REQUIRE(drift.services.size() == 1);
  REQUIRE(drift.services[0].fields.size() == 1);
  CHECK(drift.services[0].fields[0].change.path == "Mode.Replicated.Replicas");
}
