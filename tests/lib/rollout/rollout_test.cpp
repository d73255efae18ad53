// Plans carried out on the fake engine, with every kind of thing that can go wrong on the way.
#include "rollout/rollout.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "plan/plan.hpp"
#include "support/catch.hpp"
#include "support/collected_events.hpp"
#include "support/fake_engine.hpp"
#include "swarm/canonical.hpp"
#include "swarm/diff.hpp"
#include "swarm/parse.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>

using namespace skep;
using namespace std::chrono_literals;
using How = test::Fault::How;

namespace {

engine::RegistryAuth auth_for(const std::string& image) {
  return engine::RegistryAuth(docker::Auth{.username = "who pulls " + image,
                                           .password = {},
                                           .identity_token = {},
                                           .server_address = "docker.io"});
}

const Json kLabels = {{"com.docker.stack.namespace", "s"}};

swarm::Spec web(const std::string& image = "web:1", int replicas = 2) {
  return swarm::canonical(swarm::Spec(
      Json{{"Name", "s_web"},
           {"Labels", kLabels},
           {"TaskTemplate",
            {{"ContainerSpec",
              {{"Image", image},
               {"Secrets",
                {{{"SecretName", "s_key"},
                  {"File", {{"Name", "key"}, {"UID", "0"}, {"GID", "0"}, {"Mode", 292}}}}}},
               {"Configs",
                {{{"ConfigName", "s_conf"},
                  {"File", {{"Name", "/conf"}, {"UID", "0"}, {"GID", "0"}, {"Mode", 292}}}}}}}},
             {"Networks", {{{"Target", "s_net"}, {"Aliases", {"web"}}}}}}},
           {"Mode", {{"Replicated", {{"Replicas", replicas}}}}}}));
}

struct World {
  test::FakeClock clock;
  test::FakeEngine engine{clock};
  test::CollectedEvents events;
  rollout::Callbacks callbacks;
  rollout::Options options;

  swarm::Outcome roll_out(const plan::Plan& plan, std::stop_token stop = {}) {
    return rollout::roll_out(engine, clock, events, plan, callbacks, options, stop);
  }
  /// The first release: everything is new.
  static plan::Plan first() {
    plan::Stage stage;
    stage.actions = {
        plan::CreateNetwork{.name = "s_net", .spec = {{"Driver", "overlay"}, {"Labels", kLabels}}},
        plan::CreateSecret{.name = "s_key",
                           .plain_name = "s_key",
                           .spec = {{"Labels", kLabels}},
                           .data = Secret("the key")},
        plan::CreateConfig{.name = "s_conf",
                           .plain_name = "s_conf",
                           .spec = {{"Labels", kLabels}},
                           .data = "a = 1"},
        plan::CreateService{.name = "s_web", .spec = web()}};
    stage.wait_for = {{.service = "s_web", .what = plan::Wait::For::converged}};
    return {.stack = "s", .stages = {stage}, .unchanged = {}, .notes = {}};
  }
  swarm::Service live(const std::string& name = "s_web") {
    swarm::Names names;
    for (const auto& [id, network] : engine.swarm().networks)
      names.network_name_by_id[id] = network["Name"].get<std::string>();
    return swarm::parse_service(engine.swarm().service(name), names);
  }
  plan::Plan update_to(const swarm::Spec& spec) {
    const auto now = live();
    plan::Stage stage;
    stage.actions = {plan::UpdateService{.name = "s_web",
                                         .id = now.id,
                                         .version = now.version,
                                         .spec = spec,
                                         .changes = swarm::diff(now.spec, spec),
                                         .restarts = true,
                                         .why = {}}};
    stage.wait_for = {{.service = "s_web", .what = plan::Wait::For::converged}};
    return {.stack = "s", .stages = {stage}, .unchanged = {}, .notes = {}};
  }
};

plan::Plan of(plan::Action action, std::vector<plan::Wait> waits = {}) {
  plan::Stage stage;
  stage.actions.push_back(std::move(action));
  stage.wait_for = std::move(waits);
  return {.stack = "s", .stages = {stage}, .unchanged = {}, .notes = {}};
}

/// `count` new services s_0, s_1 … in one stage.
plan::Plan many(int count) {
  plan::Stage stage;
  for (int n = 0; n < count; ++n) {
    const auto name = fmt::format("s_{}", n);
    swarm::Spec spec(Json{{"Name", name},
                          {"Labels", kLabels},
                          {"TaskTemplate", {{"ContainerSpec", {{"Image", "web:1"}}}}},
                          {"Mode", {{"Replicated", {{"Replicas", 0}}}}}});
    stage.actions.emplace_back(plan::CreateService{.name = name, .spec = swarm::canonical(spec)});
    stage.wait_for.push_back({.service = name, .what = plan::Wait::For::converged});
  }
  return {.stack = "s", .stages = {stage}, .unchanged = {}, .notes = {}};
}

}  // namespace

TEST_CASE("the services of a stage are written side by side, and told in the order of the plan",
          "[rollout]") {
  World world;
  const auto outcome = world.roll_out(many(100));
  INFO(outcome.message);
  REQUIRE(outcome.good);
  const auto wrote = world.events.all<Wrote>();
  REQUIRE(wrote.size() == 100);
  for (int n = 0; n < 100; ++n) CHECK(wrote[n].name == fmt::format("s_{}", n));
  CHECK(outcome.services.size() == 100);
  CHECK(world.engine.swarm().service_names().size() == 100);
}

TEST_CASE("after a service that cannot be written no more are begun, and each one written is told",
          "[rollout]") {
  World world;
  world.engine.plant(
      {.method = "POST", .path = "/services/create", .skip = 3, .times = 1, .status = 400});
  SECTION("a release") {
    const auto outcome = world.roll_out(many(100));
    CHECK_FALSE(outcome.good);
    CHECK_THAT(outcome.message,
               ContainsSubstring("create service \"s_") && ContainsSubstring("planted failure"));
    CHECK(world.engine.swarm().service_names().size() <= 32);
  }
  SECTION("the way back, which does what it can") {
    world.options.stop_on_failure = false;
    world.options.wait = false;
    const auto outcome = world.roll_out(many(100));
    CHECK_FALSE(outcome.good);
    CHECK(world.engine.swarm().service_names().size() == 99);
  }
  CHECK(world.events.all<Wrote>().size() == world.engine.swarm().service_names().size());
}

TEST_CASE("what ends the run while services are written is thrown when each one written is told",
          "[rollout]") {
  World world;
  std::atomic<int> asked = 0;
  world.callbacks.before_write = [&] {
    if (++asked == 5) throw Error(Kind::lock, "it is lost");
  };
  CHECK_THROWS_WITH(world.roll_out(many(10)), ContainsSubstring("it is lost"));
  CHECK(world.events.all<Wrote>().size() == world.engine.swarm().service_names().size());
}

TEST_CASE("a config that cannot be found out about is an outcome of its service", "[rollout]") {
  World world;
  REQUIRE(world.roll_out(World::first()).good);
  world.engine.plant({.method = "GET", .path = "/configs/s_conf", .times = -1, .status = 500});
  const auto outcome = world.roll_out(world.update_to(web("web:2")));
  CHECK_FALSE(outcome.good);
  CHECK_THAT(outcome.message, ContainsSubstring("service \"s_web\": GET /configs/s_conf"));
  CHECK(world.live().spec.image() == "web:1");
}

TEST_CASE("a first release: ids of what this run made are bound, and it waits until healthy",
          "[rollout]") {
  World world;
  world.callbacks.registry_auth = [](const std::string& image) { return auth_for(image); };
  const auto outcome = world.roll_out(World::first());
  REQUIRE(outcome.good);
  CHECK(outcome.message.empty());
  CHECK(outcome.changed);
  CHECK(outcome.services.at("s_web") == "converged");
  CHECK(world.engine.writes() ==
        std::vector<std::string>{"POST /networks/create", "POST /secrets/create",
                                 "POST /configs/create", "POST /services/create"});
  CHECK(world.engine.swarm().secret_content("s_key") == "the key");
  const auto container =
      world.engine.swarm().service("s_web")["Spec"]["TaskTemplate"]["ContainerSpec"];
  CHECK(world.engine.swarm().secrets.contains(
      container["Secrets"][0]["SecretID"].get<std::string>()));
  CHECK(world.engine.swarm().configs.contains(
      container["Configs"][0]["ConfigID"].get<std::string>()));
  const auto wrote = world.events.all<Wrote>();
  REQUIRE(wrote.size() == 4);
  CHECK(wrote[3].verb == "create");
  CHECK(wrote[3].object == "service");
  CHECK(wrote[3].name == "s_web");
  for (const auto& call : world.engine.calls()) {
    if (call.line() == "POST /services/create")
      CHECK(parse_json(base64_decode(call.header("X-Registry-Auth")), "header")["username"] ==
            "who pulls web:1");
  }
}

TEST_CASE(
    "a write whose answer is lost is recognised as ours, and one that never came is sent again",
    "[rollout]") {
  const auto how = GENERATE(How::cut_before, How::cut_after);
  const auto path = GENERATE(as<std::string>{}, "/networks/create", "/secrets/create",
                             "/configs/create", "/services/create");
  World world;
  world.engine.plant({.method = "POST", .path = path, .times = 1, .how = how});
  const auto outcome = world.roll_out(World::first());
  INFO(path << ": " << outcome.message);
  REQUIRE(outcome.good);
  CHECK(world.engine.swarm().service_names() == std::vector<std::string>{"s_web"});
  CHECK(world.engine.swarm().secrets.size() == 1);
  CHECK(world.engine.swarm().configs.size() == 1);
}

TEST_CASE("an update whose answer is lost is not sent twice", "[rollout]") {
  World world;
  REQUIRE(world.roll_out(World::first()).good);
  const auto how = GENERATE(How::cut_before, How::cut_after);
  world.engine.plant({.method = "POST", .path = "/update", .times = 1, .how = how});
  world.engine.forget_calls();
  const auto outcome = world.roll_out(world.update_to(web("web:2")));
  INFO(outcome.message);
  REQUIRE(outcome.good);
  CHECK(world.live().spec.image() == "web:2");
  CHECK(world.engine.writes().size() == (how == How::cut_after ? 1 : 2));
}

TEST_CASE("a swarm without a leader for a moment is waited for", "[rollout]") {
  World world;
  world.engine.plant(
      {.method = "POST",
       .path = "/services/create",
       .times = 3,
       .status = 503,
       .message = "rpc error: code = Unknown desc = The swarm does not have a leader."});
  CHECK(world.roll_out(World::first()).good);
}

TEST_CASE("an engine that stays away is an outcome", "[rollout]") {
  World world;
  world.engine.plant({.method = "POST",
                      .path = "/services/create",
                      .times = -1,
                      .status = 503,
                      .message = "no leader"});
  const auto outcome = world.roll_out(World::first());
  CHECK_FALSE(outcome.good);
  CHECK(outcome.cause == Cause::engine);
  CHECK(outcome.changed);
  CHECK_THAT(outcome.message,
             ContainsSubstring("create service \"s_web\"") && ContainsSubstring("no leader"));
}

TEST_CASE("out of sequence: where only the status moved it is sent again", "[rollout]") {
  World world;
  REQUIRE(world.roll_out(World::first()).good);
  auto plan = world.update_to(web("web:2"));
  SECTION("before the first write") {
    std::get<plan::UpdateService>(plan.stages[0].actions[0]).version -= 1;
    CHECK(world.roll_out(plan).good);
  }
  SECTION("between reading and writing") {
    world.engine.plant({.method = "POST",
                        .path = "/update",
                        .times = 2,
                        .status = 500,
                        .message = "rpc error: code = Unknown desc = update out of sequence"});
    CHECK(world.roll_out(plan).good);
  }
  CHECK(world.live().spec.image() == "web:2");
}

TEST_CASE("out of sequence for ever ends", "[rollout]") {
  World world;
  REQUIRE(world.roll_out(World::first()).good);
  world.engine.plant({.method = "POST",
                      .path = "/update",
                      .times = -1,
                      .status = 500,
                      .message = "rpc error: code = Unknown desc = update out of sequence"});
  const auto plan = world.update_to(web("web:2"));
  world.options.timeout = 1min;
  std::stop_source source;
  int posts = 0;
  world.engine.before = [&](const test::Call& call) {
    if (call.method == "POST" && ++posts > 100) source.request_stop();
  };
  const auto outcome = world.roll_out(plan, source.get_token());
  CHECK_FALSE(outcome.good);
  CHECK(outcome.cause == Cause::conflict);
  CHECK_THAT(outcome.message, ContainsSubstring("its version moves faster than it can be written"));
}

TEST_CASE("a spec that somebody else changed is a conflict with both changes shown", "[rollout]") {
  World world;
  REQUIRE(world.roll_out(World::first()).good);
  const auto plan = world.update_to(web("web:2"));
  REQUIRE(world.roll_out(world.update_to(web("web:1", 3))).good);  // somebody scales
  world.engine.forget_calls();
  const auto outcome = world.roll_out(plan);
  CHECK_FALSE(outcome.good);
  CHECK(outcome.cause == Cause::conflict);
  CHECK_FALSE(outcome.changed);
  CHECK(world.engine.writes().empty());
  CHECK_THAT(outcome.message,
             ContainsSubstring("somebody else changed it in the meantime; planned: ") &&
                 ContainsSubstring("\"web:1\" → \"web:2\"") &&
                 ContainsSubstring("Replicas: 3 → 2"));
}

TEST_CASE("a service that is gone cannot be updated", "[rollout]") {
  World world;
  REQUIRE(world.roll_out(World::first()).good);
  const auto plan = world.update_to(web("web:2"));
  REQUIRE(world.roll_out(of(plan::RemoveService{.name = "s_web", .id = world.live().id})).good);
  const auto outcome = world.roll_out(plan);
  CHECK(outcome.cause == Cause::conflict);
  CHECK_THAT(outcome.message,
             ContainsSubstring("update service \"s_web\": somebody removed it in the meantime"));
}

TEST_CASE("a name that is taken by something else is a conflict that names it", "[rollout]") {
  World world;
  const auto what = GENERATE(as<std::string>{}, "network", "secret", "config", "service");
  if (what == "network") world.engine.swarm().add_network("s_net");
  if (what == "secret") world.engine.swarm().add_secret("s_key", "another");
  if (what == "config") world.engine.swarm().add_config("s_conf", "another");
  if (what == "service")
    world.engine.swarm().add_service(
        {{"Name", "s_web"}, {"TaskTemplate", {{"ContainerSpec", {{"Image", "x"}}}}}});
  const auto outcome = world.roll_out(World::first());
  CHECK_FALSE(outcome.good);
  CHECK(outcome.cause == Cause::conflict);
  CHECK_THAT(outcome.message,
             ContainsSubstring("create " + what) && ContainsSubstring("is there already"));
}

TEST_CASE("a paused service is written again although its spec is equal", "[rollout]") {
  World world;
  REQUIRE(world.roll_out(World::first()).good);
  auto plan = world.update_to(web());
  std::get<plan::UpdateService>(plan.stages[0].actions[0]).why = "paused half-updated";
  world.engine.forget_calls();
  REQUIRE(world.roll_out(plan).good);
  CHECK(world.engine.writes().size() == 1);
  CHECK(world.events.all<Wrote>().back().why == "paused half-updated");
}

TEST_CASE("a release that does not become healthy stops before the next stage", "[rollout]") {
  World world;
  world.engine.swarm().on_task([](const Json&) { return test::crashes_after(1s, 1, "no\n"); });
  auto plan = World::first();
  plan.stages.push_back({.actions = {plan::CreateSecret{.name = "s_later",
                                                        .plain_name = "s_later",
                                                        .spec = {{"Labels", kLabels}},
                                                        .data = Secret("x")}},
                         .wait_for = {}});
  const auto outcome = world.roll_out(plan);
  CHECK_FALSE(outcome.good);
  CHECK(outcome.cause == Cause::unhealthy);
  CHECK(outcome.services.at("s_web") == "failing");
  CHECK(world.engine.swarm().secrets.size() == 1);
  SECTION("unless it is to go on") {
    World another;
    another.engine.swarm().on_task([](const Json&) { return test::crashes_after(1s, 1, "no\n"); });
    another.options.stop_on_failure = false;
    CHECK_FALSE(another.roll_out(plan).good);
    CHECK(another.engine.swarm().secrets.size() == 2);
  }
}

TEST_CASE("the deadline counts from the first write", "[rollout]") {
  World world;
  world.options.timeout = 2min;
  world.engine.swarm().on_task([](const Json&) {
    test::TaskScript slow;
    slow.runs_after = 2h;
    return slow;
  });
  const auto start = world.clock.now();
  const auto outcome = world.roll_out(World::first());
  CHECK(outcome.cause == Cause::deadline);
  CHECK(world.clock.now() - start < 130s);
}

TEST_CASE("without waiting it only writes", "[rollout]") {
  World world;
  world.options.wait = false;
  world.engine.swarm().on_task([](const Json&) { return test::stays_pending(); });
  CHECK(world.roll_out(World::first()).good);
}

TEST_CASE("removals: gone already is good, in use is tried again, tasks are waited for",
          "[rollout]") {
  World world;
  REQUIRE(world.roll_out(World::first()).good);
  const auto service = world.live();
  plan::Stage services{.actions = {plan::RemoveService{.name = "s_web", .id = service.id}},
                       .wait_for = {{.service = "s_web", .what = plan::Wait::For::gone}}};
  plan::Stage rest;
  const auto id = [](const std::map<std::string, Json>& objects) { return objects.begin()->first; };
  rest.actions = {plan::RemoveSecret{.name = "s_key", .id = id(world.engine.swarm().secrets)},
                  plan::RemoveConfig{.name = "s_conf", .id = id(world.engine.swarm().configs)}};
  for (const auto& [network, object] : world.engine.swarm().networks) {
    if (object["Name"] == "s_net")
      rest.actions.push_back(plan::RemoveNetwork{.name = "s_net", .id = network});
  }
  world.engine.plant(
      {.method = "DELETE",
       .path = "/networks/",
       .times = 5,
       .status = 400,
       .message = "rpc error: code = FailedPrecondition desc = network x is in use by service y"});
  const plan::Plan plan{.stack = "s", .stages = {services, rest}, .unchanged = {}, .notes = {}};
  const auto outcome = world.roll_out(plan);
  INFO(outcome.message);
  REQUIRE(outcome.good);
  CHECK(outcome.services.at("s_web") == "removed");
  CHECK(world.engine.swarm().service_names().empty());
  CHECK(world.engine.swarm().secrets.empty());
  CHECK(world.engine.swarm().configs.empty());
  CHECK(world.roll_out(plan).good);  // all of it is gone already
}

TEST_CASE("a job that goes is let end, until its time is over", "[rollout]") {
  World world;
  Duration runs = 40s;
  world.engine.swarm().on_task([&](const Json&) { return test::completes_after(runs); });
  const auto make = [&] {
    return world.engine.swarm().add_service(
        {{"Name", "s_job"},
         {"Labels", kLabels},
         {"TaskTemplate",
          {{"ContainerSpec", {{"Image", "job:1"}}}, {"RestartPolicy", {{"Condition", "none"}}}}},
         {"Mode", {{"ReplicatedJob", {{"MaxConcurrent", 1}, {"TotalCompletions", 1}}}}}});
  };
  const auto go = [&](const std::string& id) {
    world.clock.advance(2s);
    plan::Stage end{.actions = {},
                    .wait_for = {{.service = "s_job", .what = plan::Wait::For::ended}}};
    plan::Stage gone{.actions = {plan::RemoveService{.name = "s_job", .id = id}},
                     .wait_for = {{.service = "s_job", .what = plan::Wait::For::gone}}};
    const auto began = world.clock.now();
    const auto outcome =
        world.roll_out({.stack = "s", .stages = {end, gone}, .unchanged = {}, .notes = {}});
    INFO(outcome.message);
    CHECK(outcome.good);
    CHECK(outcome.services.at("s_job") == "removed");
    CHECK(world.engine.swarm().service_names().empty());
    return world.clock.now() - began;
  };
  const auto notes = [&] {
    std::vector<std::string> texts;
    for (const auto& note : world.events.all<Note>()) texts.push_back(note.text);
    return texts;
  };
  SECTION("it ends in time") {
    const auto took = go(make());
    CHECK(took > 37s);
    CHECK(took < 40s);
    CHECK(notes() == std::vector<std::string>{"job s_job still runs: it has 10m0s to end"});
  }
  SECTION("it does not") {
    runs = 1h;
    const auto id = make();
    world.options.jobs_until = world.clock.now() + 92s;
    const auto took = go(id);
    CHECK(took >= 90s);
    CHECK(took < 92s);
    CHECK(notes() == std::vector<std::string>{"job s_job still runs: it has 1m30s to end",
                                              "job s_job still runs after its time"});
  }
  SECTION("its time was over before") {
    runs = 1h;
    const auto id = make();
    world.options.jobs_until = world.clock.now() + 1s;
    CHECK(go(id) < 1s);
    CHECK(notes() == std::vector<std::string>{"job s_job still runs after its time"});
  }
  SECTION("somebody removes it meanwhile") {
    const auto id = make();
    world.engine.swarm().answer([&] {
      test::Call call;
      call.method = "DELETE";
      call.path = "/services/" + id;
      return call;
    }());
    CHECK(go(id) < 1s);
  }
}

TEST_CASE("what stays in use for a minute is said", "[rollout]") {
  World world;
  REQUIRE(world.roll_out(World::first()).good);
  const auto outcome = world.roll_out(
      of(plan::RemoveSecret{.name = "s_key", .id = world.engine.swarm().secrets.begin()->first}));
  CHECK_FALSE(outcome.good);
  CHECK_THAT(outcome.message, ContainsSubstring("remove secret \"s_key\"") &&
                                  ContainsSubstring("in use by the following service: s_web"));
}

TEST_CASE("node labels: others stay, a version that moved is read again", "[rollout]") {
  World world;
  world.engine.swarm().add_node("docker04", "worker", {{"disk", "ssd"}});
  world.engine.plant({.method = "POST",
                      .path = "/nodes/",
                      .times = 2,
                      .status = 500,
                      .message = "rpc error: code = Unknown desc = update out of sequence"});
  const auto plan = of(plan::LabelNode{.hostname = "docker04", .labels = {{"usage", "apps"}}});
  REQUIRE(world.roll_out(plan).good);
  bool found = false;
  for (const auto& [id, node] : world.engine.swarm().nodes) {
    if (node["Description"]["Hostname"] != "docker04") continue;
    found = true;
    CHECK(node["Spec"]["Labels"] == Json{{"disk", "ssd"}, {"usage", "apps"}});
  }
  CHECK(found);
  world.engine.forget_calls();
  REQUIRE(world.roll_out(plan).good);
  CHECK(world.engine.writes().empty());
}

TEST_CASE("a credential that cannot be had is a failure of the registry's", "[rollout]") {
  World world;
  world.callbacks.registry_auth = [](const std::string&) -> engine::RegistryAuth {
    throw Error(Kind::unauthorized, "credentials of r: docker-credential-x has not ended");
  };
  const auto outcome = world.roll_out(World::first());
  CHECK_FALSE(outcome.good);
  CHECK(outcome.cause == Cause::registry);
  CHECK(outcome.message ==
        "create service \"s_web\": credentials of r: docker-credential-x has not ended");
}

TEST_CASE("a node that is not there is said", "[rollout]") {
  World world;
  const auto outcome =
      world.roll_out(of(plan::LabelNode{.hostname = "docker99", .labels = {{"a", "b"}}}));
  CHECK_FALSE(outcome.good);
  CHECK_THAT(outcome.message, ContainsSubstring("label node \"docker99\""));
}

TEST_CASE("before every write the lock is asked, and its loss ends the rollout", "[rollout]") {
  World world;
  int asked = 0;
  world.callbacks.before_write = [&] {
    if (++asked == 3) throw Error(Kind::lock, "the lock was lost");
  };
  try {
    static_cast<void>(world.roll_out(World::first()));
    FAIL("it went on");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::lock);
  }
  CHECK(world.engine.writes().size() == 2);
}

TEST_CASE("a stop passes through", "[rollout]") {
  World world;
  world.engine.swarm().on_task([](const Json&) { return test::stays_pending(); });
  std::stop_source source;
  world.engine.before = [&](const test::Call& call) {
    if (call.path == "/tasks") source.request_stop();
  };
  try {
    static_cast<void>(world.roll_out(World::first(), source.get_token()));
    FAIL("it went on");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::interrupted);
  }
}

TEST_CASE("a wait for a service that nobody wrote looks at it as it is", "[rollout]") {
  World world;
  REQUIRE(world.roll_out(World::first()).good);
  plan::Plan plan{
      .stack = "s",
      .stages = {{.actions = {},
                  .wait_for = {{.service = "s_web", .what = plan::Wait::For::converged}}}},
      .unchanged = {},
      .notes = {}};
  world.engine.forget_calls();
  const auto outcome = world.roll_out(plan);
  CHECK(outcome.good);
  CHECK_FALSE(outcome.changed);
  CHECK(world.engine.writes().empty());
  plan.stages[0].wait_for[0].service = "s_none";
  CHECK(world.roll_out(plan).message == "service \"s_none\" is not there");
}
