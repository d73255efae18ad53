// The polling loop, against the fake engine.
#include "watch/watch.hpp"

#include "base/error.hpp"
#include "engine/call.hpp"
#include "support/catch.hpp"
#include "support/collected_events.hpp"
#include "support/fake_engine.hpp"
#include "swarm/canonical.hpp"
#include "swarm/parse.hpp"
#include "watch/step.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace skep;
using namespace std::chrono_literals;

namespace {

struct World {
  test::FakeClock clock;
  test::FakeEngine engine{clock};
  test::CollectedEvents events;
  std::vector<watch::Expectation> expected;

  void add(const std::string& name, int replicas = 1, Json more = Json::object()) {
    Json spec = {{"Name", name},
                 {"Labels", {{"com.docker.stack.namespace", "s"}}},
                 {"TaskTemplate", {{"ContainerSpec", {{"Image", "web:1"}}}}},
                 {"Mode", {{"Replicated", {{"Replicas", replicas}}}}}};
    spec.merge_patch(more);
    const auto id = engine.swarm().add_service(spec);
    expected.push_back({.service = name,
                        .id = id,
                        .spec = swarm::canonical(swarm::Spec(spec)),
                        .known_tasks = {},
                        .baseline = std::nullopt,
                        .written = true});
  }
  swarm::Outcome watch(Duration timeout = 10min, std::stop_token stop = {}) {
    watch::Options options;
    options.timeout = timeout;
    return watch::watch(engine, clock, events, "s", expected, options, stop);
  }
};

std::vector<std::string> states_of(const World& world, const std::string& service) {
  std::vector<std::string> states;
  for (const auto& event : world.events.all<ServiceProgress>()) {
    if (event.service == service && (states.empty() || states.back() != event.state))
      states.push_back(event.state);
  }
  return states;
}

}  // namespace

TEST_CASE("services that come up and stay up are good, and their way there is told", "[watch]") {
  World world;
  world.add("s_a", 2);
  world.add("s_b");
  const auto outcome = world.watch();
  CHECK(outcome.good);
  CHECK(outcome.cause == Cause::none);
  CHECK(outcome.services ==
        std::map<std::string, std::string>{{"s_a", "converged"}, {"s_b", "converged"}});
  CHECK(states_of(world, "s_a") == std::vector<std::string>{"starting", "stable", "converged"});
  CHECK(world.engine.writes().empty());
}

TEST_CASE("one poll asks the same number of questions for one service and for many", "[watch]") {
  const auto reads_with = [](int services) {
    World world;
    for (int n = 0; n < services; ++n) world.add("s_" + std::to_string(n));
    REQUIRE(world.watch().good);
    return world.engine.calls().size();
  };
  CHECK(reads_with(20) == reads_with(1));
}

TEST_CASE("a crash loop is told with its whole error, exit code, place and last words", "[watch]") {
  World world;
  world.engine.swarm().on_task(
      [](const Json&) { return test::crashes_after(1s, 3, "starting\nno database\n"); });
  world.add("s_web");
  const auto outcome = world.watch();
  REQUIRE_FALSE(outcome.good);
  CHECK(outcome.cause == Cause::unhealthy);
  CHECK(
      outcome.message ==
      "service \"s_web\" is failing: its tasks fail one after another (3 so far); docker01: task: "
      "non-zero exit (3); its last line: no database");
  const auto told = world.events.all<TaskFailed>();
  REQUIRE(told.size() == 1);
  CHECK(told[0].error == "task: non-zero exit (3)");
  CHECK(told[0].has_exit_code);
  CHECK(told[0].exit_code == 3);
  CHECK(told[0].node == "docker01");
  CHECK(told[0].state == "failed");
  CHECK(told[0].logs == std::vector<std::string>{"starting", "no database"});
}

TEST_CASE("one service that fails ends the wait, and the others' states are told", "[watch]") {
  World world;
  world.engine.swarm().on_task([](const Json& task) {
    const bool bad = task["Spec"]["ContainerSpec"]["Image"] == "bad:1";
    return bad ? test::rejected("No such image: bad:1") : test::runs();
  });
  world.add("s_good");
  world.add("s_bad", 1, {{"TaskTemplate", {{"ContainerSpec", {{"Image", "bad:1"}}}}}});
  const auto outcome = world.watch();
  CHECK_FALSE(outcome.good);
  CHECK_THAT(outcome.message, ContainsSubstring("service \"s_bad\" is failing") &&
                                  ContainsSubstring("No such image: bad:1"));
  CHECK(outcome.services.at("s_bad") == "failing");
}

TEST_CASE("a slow start ends at the deadline with what it waits for", "[watch]") {
  World world;
  world.engine.swarm().on_task([](const Json&) {
    test::TaskScript slow;
    slow.runs_after = 2h;
    slow.waits_as = "preparing";
    return slow;
  });
  world.add("s_web");
  const auto outcome = world.watch(90s);
  CHECK_FALSE(outcome.good);
  CHECK(outcome.cause == Cause::deadline);
  CHECK(outcome.message ==
        "not healthy after 1m30s; service \"s_web\" is starting: preparing on docker01");
}

TEST_CASE("a task that finds no node is told with the scheduler's reason", "[watch]") {
  World world;
  world.engine.swarm().on_task([](const Json&) { return test::stays_pending(); });
  world.add("s_web");
  const auto outcome = world.watch();
  CHECK_FALSE(outcome.good);
  CHECK_THAT(
      outcome.message,
      ContainsSubstring("no suitable node (scheduling constraints not satisfied on 1 node)"));
}

TEST_CASE("an engine that is away for a while is waited for", "[watch]") {
  World world;
  world.add("s_web");
  SECTION("a manager that restarts") {
    world.engine.plant({.path = "/services",
                        .skip = 2,
                        .times = 20,
                        .status = 503,
                        .message = "This node is not a swarm manager."});
    CHECK(world.watch().good);
  }
  SECTION("no connection") {
    world.engine.plant(
        {.path = "/services", .skip = 2, .times = 20, .how = test::Fault::How::cut_before});
    CHECK(world.watch().good);
  }
  SECTION("for ever") {
    world.engine.plant({.path = "", .skip = 3, .times = -1, .how = test::Fault::How::cut_before});
    const auto outcome = world.watch();
    CHECK_FALSE(outcome.good);
    CHECK(outcome.cause == Cause::engine);
    CHECK_THAT(outcome.message, ContainsSubstring("the engine has not answered for 2m0s"));
  }
}

TEST_CASE("a rollback by the engine is let end, and is a failure", "[watch]") {
  World world;
  const Json update = {{"UpdateConfig", {{"FailureAction", "rollback"}, {"Parallelism", 1}}}};
  world.add("s_web", 1, update);
  REQUIRE(world.watch().good);
  world.engine.swarm().on_task([](const Json& task) {
    return task["Spec"]["ContainerSpec"]["Image"] == "web:2" ? test::crashes_after(1s, 5, "bad\n")
                                                             : test::runs();
  });
  auto object = world.engine.swarm().service("s_web");
  object["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] = "web:2";
  const auto names = swarm::Names();
  auto& expected = world.expected[0];
  const auto service = swarm::parse_service(object, names);
  for (const auto& task : world.engine.swarm().tasks_of("s_web"))
    expected.known_tasks.insert(task["ID"].get<std::string>());
  expected.spec = service.spec;
  static_cast<void>(engine::call_json(
      world.engine, engine::post("/services/" + service.id + "/update", object["Spec"],
                                 {{"version", std::to_string(service.version)}})));
  const auto outcome = world.watch();
  CHECK_FALSE(outcome.good);
  CHECK(outcome.cause == Cause::unhealthy);
  CHECK(outcome.services.at("s_web") == "rolled back");
  CHECK_THAT(outcome.message,
             ContainsSubstring("the engine rolled it back to the version before") &&
                 ContainsSubstring("task: non-zero exit (5)") &&
                 ContainsSubstring("its last line: bad"));
}

TEST_CASE("a stop is felt at once", "[watch]") {
  World world;
  world.engine.swarm().on_task([](const Json&) { return test::stays_pending(); });
  world.add("s_web");
  std::stop_source source;
  int left = 30;
  world.engine.before = [&](const test::Call&) {
    if (--left == 0) source.request_stop();
  };
  try {
    static_cast<void>(world.watch(10min, source.get_token()));
    FAIL("it went on");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::interrupted);
  }
}
