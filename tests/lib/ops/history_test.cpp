// What operates on kept releases and on what is live: rollback, scale, restart, auth refresh.
#include "ops/history.hpp"

#include "engine/services.hpp"
#include "ops/auth_refresh.hpp"
#include "ops/rollback.hpp"
#include "ops/run_command.hpp"
#include "ops/scale.hpp"
#include "world.hpp"

namespace skep {
namespace {

using test::OpsWorld;
using Names = std::vector<std::string>;

project::Options named(const std::string& name) {
  project::Options options;
  options.stack = name;
  return options;
}

/// The verbs by the stack's name, from a folder without a project.
struct Operator {
  OpsWorld& world;
  deploy::Deps deps{
      world.env, world.clock, world.events, world.stop.get_token(), {}, test::lend(world.engine)};
  deploy::ChangeOptions change;

  explicit Operator(OpsWorld& of) : world(of) {
    change.project.stack = "shop";
    world.engine.forget_calls();
  }
  Ended rollback(const std::string& revision = "") {
    return ops::rollback(deps, {.change = change, .revision = revision});
  }
  Ended scale(const Names& replicas) {
    return ops::scale(deps, {.change = change, .replicas = replicas});
  }
  Ended restart(const Names& services = {}) {
    return ops::restart(deps, {.change = change, .services = services});
  }
  Ended refresh() { return ops::refresh_auth(deps, change); }
};

std::size_t updates(const OpsWorld& world) {
  const auto changes = world.changes();
  return static_cast<std::size_t>(
      std::count_if(changes.begin(), changes.end(), [](const std::string& line) {
        return line.find("/update") != std::string::npos &&
               line.find("/services/") != std::string::npos;
      }));
}

Json template_of(OpsWorld& world, const std::string& service = "shop_web") {
  return world.engine.swarm().service(service)["Spec"]["TaskTemplate"];
}

void two_releases(OpsWorld& world) {
  world.released();
  world.write_stack("2");
  world.released();
}

}  // namespace

TEST_CASE("rollback applies the release before, and is a release itself", "[ops]") {
  OpsWorld world;
  two_releases(world);
  Operator skep(world);
  const auto ended = skep.rollback();
  INFO(ended.message);
  CHECK(ended.exit == 0);
  CHECK(ended.result == Result::released);
  CHECK(ended.release == 3);
  CHECK(world.image() == OpsWorld::pinned('1'));
  const auto records = world.records();
  REQUIRE(records.size() == 3);
  CHECK(records[2].record.what == "rollback to r1");
  CHECK(records[2].record.services == records[0].record.services);
  CHECK(world.lock_is_free());
  SECTION("again goes to the one before that") {
    CHECK(skep.rollback().result == Result::released);
    CHECK(world.image() == OpsWorld::pinned('2'));
    CHECK(world.records().back().record.what == "rollback to r2");
  }
  SECTION("to what is there already writes nothing") {
    world.engine.forget_calls();
    const auto again = skep.rollback("r1");
    CHECK(again.result == Result::unchanged);
    CHECK(world.changes().empty());
  }
}

TEST_CASE("rollback takes away what that release did not have", "[ops]") {
  OpsWorld world;
  world.released();
  world.write_stack("1", "  extra:\n    image: registry.example.com/web:2\n");
  world.released();
  Operator skep(world);
  CHECK(skep.rollback("1").result == Result::released);
  CHECK(world.engine.swarm().service_names() == Names{"shop_web"});
  CHECK(skep.rollback("r2").result == Result::released);
  CHECK(world.engine.swarm().service_names() == Names{"shop_extra", "shop_web"});
}

TEST_CASE("a rollback that fails goes back to what was there", "[ops]") {
  OpsWorld world;
  two_releases(world);
  world.crash('1');
  Operator skep(world);
  const auto ended = skep.rollback();
  CHECK(ended.exit == 4);
  CHECK(ended.result == Result::restored);
  CHECK(world.image() == OpsWorld::pinned('2'));
  CHECK(world.states() == Names{"released", "released", "restored"});
}

TEST_CASE("a release that was left half-way has a way back in its record", "[ops]") {
  OpsWorld world;
  world.released();
  world.write_stack("2");
  world.crash('2');
  world.options.rollback = false;
  REQUIRE(world.release().result == Result::torn);
  REQUIRE(world.engine.swarm().service("shop_web")["UpdateStatus"]["State"].get<std::string>() ==
          "paused");
  world.options.rollback = true;
  SECTION("the next release goes there first, then forward") {
    world.database.others = [](const Json&) { return test::runs(); };
    world.write_stack("2", "    hostname: another\n");
    const auto ended = world.release();
    INFO(ended.message);
    CHECK(ended.result == Result::released);
    CHECK(world.image() == OpsWorld::pinned('2'));
    CHECK(world.states() == Names{"released", "torn", "released"});
  }
  SECTION("a next release that fails too ends there") {
    const auto ended = world.release();
    INFO(ended.message);
    CHECK(ended.result == Result::restored);
    CHECK(world.image() == OpsWorld::pinned('1'));
    CHECK(world.states() == Names{"released", "torn", "restored"});
  }
  SECTION("rollback goes there") {
    Operator skep(world);
    const auto ended = skep.rollback();
    INFO(ended.message);
    CHECK(ended.result == Result::released);
    CHECK(world.image() == OpsWorld::pinned('1'));
    CHECK(world.records().back().record.what == "rollback to r1");
  }
}

TEST_CASE("what cannot be rolled back to is said, with what can", "[ops]") {
  OpsWorld world;
  Operator skep(world);
  const auto refused = [&](const std::string& revision) {
    const auto ended = skep.rollback(revision);
    CHECK(ended.exit == 1);
    CHECK(ended.cause == Cause::preflight);
    return ended.message;
  };
  CHECK(refused("") == "stack \"shop\" has no release to go back to");
  world.released();
  CHECK(refused("") == "stack \"shop\" has no release to go back to");
  CHECK(refused("7") == "stack \"shop\" has no release r7");
  world.crash('2');
  world.write_stack("2");
  CHECK(world.release().result == Result::restored);
  CHECK(refused("r2") == "r2 of stack \"shop\" was never released: it is restored");
  CHECK_THROWS_WITH(skep.rollback("r0"), ContainsSubstring("\"r0\" is no release"));
  CHECK_THROWS_WITH(skep.rollback("latest"), ContainsSubstring("\"latest\" is no release"));
}

TEST_CASE("an image that its registry no longer has stops a rollback before the first change",
          "[ops]") {
  OpsWorld world;
  two_releases(world);
  world.engine.swarm().forget_images();
  Operator skep(world);
  const auto ended = skep.rollback();
  CHECK(ended.exit == 1);
  CHECK(ended.cause == Cause::registry);
  CHECK(ended.message == "the registry no longer has " + OpsWorld::pinned('1'));
  CHECK(world.changes().empty());
}

TEST_CASE("a rollback delivers the credential of today", "[ops]") {
  OpsWorld world;
  world.want_database();
  two_releases(world);
  const auto before = template_of(world)["ContainerSpec"]["Env"];
  Operator skep(world);
  SECTION("which the live service carries") {
    CHECK(skep.rollback().result == Result::released);
    CHECK(world.image() == OpsWorld::pinned('1'));
    CHECK(template_of(world)["ContainerSpec"]["Env"] == before);
    for (const auto& kept : world.records()) {
      for (const auto& service : kept.record.services) {
        CHECK_THAT(dump_json(service.spec),
                   ContainsSubstring("skep:mongodb:kitten") && !ContainsSubstring("mongodb://"));
      }
    }
    world.write_stack("1");
    const auto again = world.release();
    CHECK(again.result == Result::unchanged);
    CHECK_THAT(again.message, ContainsSubstring("not verified since r3"));
  }
  SECTION("without one it stops") {
    engine::remove_service(world.engine,
                           world.engine.swarm().service("shop_web")["ID"].get<std::string>());
    const auto ended = skep.rollback("1");
    CHECK(ended.exit == 1);
    CHECK_THAT(ended.message,
               ContainsSubstring(
                   "service \"shop_web\" of r1 needs the credential of database user kitten"));
  }
}

TEST_CASE("scale changes the number of tasks and nothing else", "[ops]") {
  OpsWorld world;
  world.released();
  Operator skep(world);
  const auto before = template_of(world);
  const auto ended = skep.scale({"web=3"});
  INFO(ended.message);
  CHECK(ended.result == Result::released);
  CHECK(world.engine.swarm().service("shop_web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 3);
  CHECK(template_of(world) == before);
  CHECK(world.records().back().record.what == "scale web=3");
  CHECK(skep.scale({"shop_web=3"}).result == Result::unchanged);
  CHECK(updates(world) == 1);
  SECTION("what is wrong is said") {
    CHECK_THROWS_WITH(skep.scale({}), ContainsSubstring("scale what?"));
    for (const char* text : {"web", "web=", "=3", "web=x", "web=3x", "web=-1"})
      CHECK_THROWS_WITH(skep.scale({text}),
                        ContainsSubstring(fmt::format("\"{}\" is no SERVICE=REPLICAS", text)));
    const auto unknown = skep.scale({"wbe=2"});
    CHECK(unknown.exit == 1);
    CHECK(unknown.message == "stack \"shop\" has no service \"wbe\"");
  }
}

TEST_CASE("a global service has no number of tasks", "[ops]") {
  OpsWorld world;
  world.dir.write("stack.yml",
                  "services:\n  web:\n    image: registry.example.com/web:1\n    deploy: {mode: "
                  "global}\n");
  world.released();
  Operator skep(world);
  const auto ended = skep.scale({"web=2"});
  CHECK(ended.exit == 1);
  CHECK(ended.message == "service \"shop_web\" cannot be scaled: it is global, one task a node");
}

TEST_CASE("restart gives new tasks, and a release after it changes nothing", "[ops]") {
  OpsWorld world;
  world.released();
  Operator skep(world);
  CHECK(skep.restart().result == Result::released);
  CHECK(template_of(world)["ForceUpdate"] == 1);
  CHECK(world.records().back().record.what == "restart all");
  CHECK(skep.restart({"web"}).result == Result::released);
  CHECK(template_of(world)["ForceUpdate"] == 2);
  CHECK(world.release().result == Result::unchanged);
  const auto unknown = skep.restart({"wbe"});
  CHECK(unknown.exit == 1);
  CHECK(unknown.message == "stack \"shop\" has no service \"wbe\"");
}

TEST_CASE("a restart that was asked for since is kept by a rollback", "[ops]") {
  OpsWorld world;
  two_releases(world);
  Operator skep(world);
  CHECK(skep.restart().result == Result::released);
  world.engine.forget_calls();
  CHECK(skep.rollback("2").result == Result::unchanged);
  CHECK(world.changes().empty());
}

TEST_CASE("auth refresh writes each service as it is, and no record", "[ops]") {
  OpsWorld world;
  world.released();
  Operator skep(world);
  const auto before = template_of(world);
  const auto ended = skep.refresh();
  CHECK(ended.result == Result::released);
  CHECK(ended.message == "credentials of 1 service renewed");
  CHECK(updates(world) == 1);
  CHECK(template_of(world) == before);
  CHECK(world.records().size() == 1);
  CHECK(world.lock_is_free());
  Operator other(world);
  other.change.project.stack = "nosuch";
  const auto unknown = other.refresh();
  CHECK(unknown.exit == 1);
  CHECK(unknown.message == "stack \"nosuch\" is not deployed on this swarm");
}

TEST_CASE("run is one task like the service's, and leaves nothing", "[ops]") {
  OpsWorld world;
  world.dir.write("key", "the key");
  world.write_stack("1",
                    "    entrypoint: [/entry]\n    command: [serve]\n    environment: {A: b}\n"
                    "    secrets: [key]\n    networks: {default: {aliases: [shop]}}\n"
                    "    healthcheck: {test: [CMD, 'true']}\nsecrets: {key: {file: ./key}}\n");
  world.released();
  Json task;
  world.database.others = [&](const Json& made) {
    task = made["Spec"];
    return test::completes_after(std::chrono::seconds(2), "migrated\n");
  };
  Operator skep(world);
  ops::RunOptions options;
  options.project.stack = "shop";
  options.service = "web";
  options.command = {"migrate", "--all"};
  const auto services = world.engine.swarm().service_names();
  SECTION("it works") {
    const auto result = ops::run_command(skep.deps, options);
    CHECK(result.good);
    CHECK(result.service == "shop_web");
    CHECK(result.node == "docker01");
    CHECK(result.exit_code == 0);
    CHECK(result.error.empty());
    CHECK(result.out == "migrated\n");
    CHECK(result.err.empty());
    const auto& container = task["ContainerSpec"];
    CHECK(container["Image"] == OpsWorld::pinned('1'));
    CHECK(container["Command"] == Json{"/entry"});
    CHECK(container["Args"] == Json({"migrate", "--all"}));
    CHECK(container["Env"] == Json{"A=b"});
    CHECK(container["Secrets"][0]["SecretName"] == "shop_key");
    CHECK(container["Healthcheck"]["Test"] == Json{"NONE"});
    CHECK(task["RestartPolicy"]["Condition"] == "none");
    CHECK(task["Networks"].size() == 1);
    CHECK_FALSE(task["Networks"][0].contains("Aliases"));
  }
  SECTION("it fails") {
    world.database.others = [](const Json&) {
      return test::crashes_after(std::chrono::seconds(1), 7, "no such table\n");
    };
    Names lines;
    options.on_line = [&](bool error, const std::string& line) {
      lines.push_back((error ? "err " : "out ") + line);
    };
    const auto result = ops::run_command(skep.deps, options);
    CHECK_FALSE(result.good);
    CHECK(lines == Names{"err no such table"});
    CHECK(result.err == "no such table\n");
    CHECK(result.exit_code == 7);
  }
  SECTION("a service that is not there") {
    options.service = "wbe";
    CHECK_THROWS_WITH(ops::run_command(skep.deps, options),
                      ContainsSubstring("stack \"shop\" has no service \"wbe\""));
  }
  SECTION("nothing to run") {
    options.command.clear();
    CHECK_THROWS_WITH(ops::run_command(skep.deps, options),
                      ContainsSubstring("run what in service \"web\"?"));
  }
  CHECK(world.engine.swarm().service_names() == services);
  CHECK(world.lock_is_free());
}

TEST_CASE("history lists the kept releases", "[ops]") {
  OpsWorld world;
  two_releases(world);
  world.crash('1');
  Operator skep(world);
  CHECK(skep.rollback().result == Result::restored);
  const auto [releases, current] = ops::history(skep.deps, named("shop"));
  REQUIRE(releases.size() == 3);
  CHECK(current == 2);
  CHECK(releases[0].number == 1);
  CHECK(releases[0].what == "release");
  CHECK(releases[0].who == "me@here");
  CHECK(releases[1].images ==
        std::vector<ops::ReleaseSummary::Image>{{"shop_web", OpsWorld::pinned('2')}});
  CHECK(releases[2].state == swarm::RecordState::restored);
  CHECK(releases[2].what == "rollback to r1");
  const auto shown = ops::show_release(skep.deps, {.project = named("shop"), .revision = "r2"});
  CHECK(shown.summary == releases[1]);
  const auto image_in = [](const std::vector<swarm::RecordedService>& services) {
    REQUIRE(services.size() == 1);
    CHECK(services[0].name == "shop_web");
    return swarm::Spec(services[0].spec).image();
  };
  CHECK(image_in(shown.services) == OpsWorld::pinned('2'));
  CHECK(image_in(shown.before) == OpsWorld::pinned('1'));
  CHECK_THROWS_WITH(ops::show_release(skep.deps, {.project = named("shop"), .revision = "9"}),
                    ContainsSubstring("stack \"shop\" has no release r9"));
  CHECK_THROWS_WITH(ops::history(skep.deps, named("nosuch")),
                    ContainsSubstring("no release of stack \"nosuch\" is kept"));
}

}  // namespace skep
