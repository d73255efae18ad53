// What a release that fails leaves of its jobs.
#include "world.hpp"

using namespace skep;
using namespace std::chrono_literals;
using Catch::Matchers::EndsWith;
using test::OpsWorld;

namespace {

struct JobWorld : OpsWorld {
  /// Beside `web`, of image 1, a job of image 2.
  void write(const std::string& word = "one", const std::string& policy = "condition: none") {
    write_stack("1", "  job:\n    image: registry.example.com/web:2\n    command: [run, " + word +
                         "]\n    deploy: {mode: replicated-job, restart_policy: {" + policy +
                         "}}\n");
  }
  void behave(test::TaskScript web, test::TaskScript job) {
    database.others = [web, job](const Json& task) {
      return task["Spec"]["ContainerSpec"]["Image"] == pinned('2') ? job : web;
    };
  }
};

constexpr const char* kRemoved = "job shop_job is new and is removed; what it did is not undone";

}  // namespace

TEST_CASE("a new job that fails goes on the way back, also one that Swarm tries again", "[ops]") {
  JobWorld world;
  world.write("one", GENERATE(as<std::string>{}, "condition: none", "condition: any",
                              "condition: on-failure, delay: 1ms"));
  world.behave(test::runs(), test::crashes_after(1s, 3, "boom\n"));
  const auto ended = world.release();
  INFO(ended.message);
  CHECK(ended.exit == 4);
  CHECK(ended.cause == Cause::unhealthy);
  CHECK_THAT(ended.message, ContainsSubstring("its last line: boom; nothing is left of it; ") &&
                                EndsWith(kRemoved));
  CHECK(ended.services.at("shop_job") == "removed");
  CHECK(world.engine.swarm().service_names().empty());
  CHECK(world.of_stack(world.engine.swarm().networks).empty());
}

TEST_CASE("a new job that ended well goes on the way back of what failed beside it", "[ops]") {
  JobWorld world;
  world.write();
  world.behave(test::crashes_after(1s, 3), test::completes_after(1s));
  const auto ended = world.release();
  CHECK(ended.exit == 4);
  CHECK_THAT(ended.message, EndsWith(std::string("nothing is left of it; ") + kRemoved));
  CHECK(world.engine.swarm().service_names().empty());
}

TEST_CASE("a new job that still runs on the way back has the release's time to end", "[ops]") {
  JobWorld world;
  world.released();
  world.write_stack("1",
                    "    environment: {A: b}\n  job:\n    image: registry.example.com/web:2\n"
                    "    deploy: {mode: replicated-job}\n");
  const auto began = world.clock.now();
  SECTION("it ends") {
    world.behave(test::rejected(), test::completes_after(2min));
    // What was there is good again.
    world.database.others = [bad = world.database.others](const Json& task) {
      const bool old = !task["Spec"]["ContainerSpec"].contains("Env");
      return old && task["Spec"]["ContainerSpec"]["Image"] == OpsWorld::pinned('1') ? test::runs()
                                                                                    : bad(task);
    };
    const auto ended = world.release();
    INFO(ended.message);
    CHECK(ended.exit == 4);
    CHECK_THAT(ended.message,
               EndsWith(std::string("the previous release is back and healthy; ") + kRemoved));
    CHECK(world.clock.now() - began > 2min);
    CHECK(world.clock.now() - began < 3min);
  }
  SECTION("it does not") {
    world.options.timeout = 90s;
    world.behave(test::runs(), test::completes_after(1h));
    const auto ended = world.release();
    INFO(ended.message);
    CHECK(ended.exit == 4);
    CHECK(ended.cause == Cause::deadline);
    CHECK_THAT(ended.message,
               EndsWith(std::string("the previous release is back and healthy; ") + kRemoved));
    CHECK(world.clock.now() - began < 3min);
  }
  CHECK(world.engine.swarm().service_names() == std::vector<std::string>{"shop_web"});
}

TEST_CASE("a job of before that fails in another form is not waited for on the way back", "[ops]") {
  JobWorld world;
  world.write();
  world.behave(test::runs(), test::completes_after(1s));
  world.released();
  world.write("two");
  world.behave(test::runs(), test::crashes_after(1s, 3));
  const auto began = world.clock.now();
  const auto ended = world.release();
  INFO(ended.message);
  CHECK(ended.exit == 5);
  CHECK_THAT(ended.message,
             ContainsSubstring("going back failed too: service \"shop_job\" is failing: it failed "
                               "and is not tried again"));
  CHECK(world.clock.now() - began < 1min);
}
