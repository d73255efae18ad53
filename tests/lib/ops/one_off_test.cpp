// Releases with a one-off before the rollout: when it runs, what a failure leaves, what the record
// remembers.
#include "ops/remove.hpp"
#include "ops/scale.hpp"
#include "swarm/record.hpp"
#include "world.hpp"

using namespace skep;
using namespace std::chrono_literals;
using test::OpsWorld;
using Names = std::vector<std::string>;

namespace {

bool is_migration(const Json& task) {
  const auto& container = task["Spec"]["ContainerSpec"];
  return container.contains("Args") && container["Args"] == Json{"migrate"};
}

struct Migrations {
  OpsWorld& world;
  int runs = 0;
  int exit_code = 0;

  explicit Migrations(OpsWorld& of) : world(of) {
    write("1");
    world.database.others = [this](const Json& task) {
      if (!is_migration(task)) return test::runs();
      ++runs;
      return exit_code == 0 ? test::completes_after(1s, "3 tables made\n")
                            : test::crashes_after(1s, exit_code, "no such column\n");
    };
  }
  void write(const std::string& version, const std::string& more = "") const {
    world.write_stack(version,
                      "    depends_on:\n"
                      "      migrate: {condition: service_completed_successfully}\n"
                      "  migrate:\n    image: registry.example.com/web:" +
                          version + "\n    command: [migrate]\n" + more);
  }
};

}  // namespace

TEST_CASE("a one-off runs before the services that wait for it, and its output is shown", "[ops]") {
  OpsWorld world;
  Migrations migrations(world);
  const auto ended = world.release();
  INFO(ended.message);
  CHECK(ended.result == Result::released);
  CHECK(ended.message == "migrate ran, web converged");
  CHECK(migrations.runs == 1);
  CHECK(world.engine.swarm().service_names() == Names{"shop_web"});
  const auto output = world.events.all<TaskOutput>();
  REQUIRE(output.size() == 1);
  CHECK(output[0].task == "shop_migrate");
  CHECK(output[0].line == "3 tables made");
  const auto records = world.records();
  REQUIRE(records.size() == 1);
  CHECK(records[0].ran == "shop_migrate");
  REQUIRE(records[0].record.tasks.size() == 1);
  CHECK(records[0].record.services.size() == 1);

  SECTION("unchanged, it does not run again, and nothing is written") {
    world.engine.forget_calls();
    CHECK(world.release().result == Result::unchanged);
    CHECK(migrations.runs == 1);
    CHECK(world.changes().empty());
  }
  SECTION("a change of the services alone does not run it") {
    migrations.write("1", "    environment: {A: b}\n");  // of the one-off: this one does
    CHECK(world.release().result == Result::released);
    CHECK(migrations.runs == 2);
    world.write_stack("2",
                      "    depends_on:\n"
                      "      migrate: {condition: service_completed_successfully}\n"
                      "  migrate:\n    image: registry.example.com/web:1\n"
                      "    command: [migrate]\n    environment: {A: b}\n");
    CHECK(world.release().result == Result::released);
    CHECK(migrations.runs == 2);
  }
  SECTION("another image runs it again") {
    migrations.write("2");
    CHECK(world.release().result == Result::released);
    CHECK(migrations.runs == 2);
  }
  SECTION("what happened since does not make it run again") {
    deploy::Deps deps(world.env, world.clock, world.events, world.stop.get_token(), {},
                      test::lend(world.engine));
    deploy::ChangeOptions change;
    change.project.stack = "shop";
    CHECK(ops::scale(deps, {.change = change, .replicas = {"web=3"}}).exit == 0);
    CHECK(world.records().back().record.tasks.at(0).done);
    world.write_stack("2",
                      "    depends_on:\n"
                      "      migrate: {condition: service_completed_successfully}\n"
                      "  migrate:\n    image: registry.example.com/web:1\n"
                      "    command: [migrate]\n");
    CHECK(world.release().result == Result::released);
    CHECK(migrations.runs == 1);
  }
}

TEST_CASE("a one-off that fails stops the release before any service changes", "[ops]") {
  OpsWorld world;
  Migrations migrations(world);
  world.released();
  migrations.exit_code = 3;
  migrations.write("2");
  const auto ended = world.release();
  CHECK(ended.exit == 1);
  CHECK(ended.result == Result::failed);
  CHECK(ended.cause == Cause::unhealthy);
  CHECK(ended.message ==
        "one-off \"shop_migrate\": it ended with exit code 3; what it did to data is not undone; "
        "the stack is as it was before");
  CHECK(world.image() == OpsWorld::pinned('1'));
  const auto failures = world.events.all<TaskFailed>();
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].service == "shop_migrate");
  CHECK(failures[0].exit_code == 3);
  CHECK(failures[0].logs == Names{"no such column"});
  CHECK(world.engine.swarm().service_names() == Names{"shop_web"});
  CHECK(migrations.runs == 2);

  SECTION("the next release runs it again") {
    migrations.exit_code = 0;
    CHECK(world.release().result == Result::released);
    CHECK(migrations.runs == 3);
    CHECK(world.image() == OpsWorld::pinned('2'));
  }
  SECTION("one without it does not go on about it") {
    world.write_stack("2");
    CHECK(world.release().result == Result::released);
    CHECK(migrations.runs == 2);
    CHECK(world.records().back().record.tasks.empty());
  }
}

TEST_CASE("a rollout that fails after a one-off goes back and says what is not undone", "[ops]") {
  OpsWorld world;
  Migrations migrations(world);
  world.released();
  world.database.others = [](const Json& task) {
    if (is_migration(task)) return test::completes_after(1s);
    const auto image = task["Spec"]["ContainerSpec"]["Image"].get<std::string>();
    return image == OpsWorld::pinned('2') ? test::crashes_after(1s, 3) : test::runs();
  };
  migrations.write("2");
  const auto ended = world.release();
  CHECK(ended.result == Result::restored);
  CHECK_THAT(ended.message, ContainsSubstring("; what shop_migrate did is not undone"));
  CHECK(world.records().back().ran == "shop_migrate");
}

TEST_CASE("a one-off that no run has ended is waited for by the next release", "[ops]") {
  OpsWorld world;
  Migrations migrations(world);
  bool stopped = false;
  world.engine.before = [&](const test::Call& call) {
    if (!stopped && call.path == "/tasks" && !world.engine.swarm().service_names().empty()) {
      stopped = true;
      world.stop.request_stop();
    }
  };
  const auto ended = world.release();
  CHECK(ended.result == Result::interrupted);
  REQUIRE(world.engine.swarm().service_names().size() == 1);
  world.engine.before = nullptr;
  world.stop = std::stop_source();
  const auto again = world.release();
  INFO(again.message);
  CHECK(again.result == Result::released);
  CHECK(migrations.runs == 1);
  CHECK(world.engine.swarm().service_names() == Names{"shop_web"});
}

TEST_CASE("rm takes a one-off that was left running along", "[ops]") {
  OpsWorld world;
  Migrations migrations(world);
  world.released();
  world.engine.swarm().add_service(
      {{"Name", "skep-shop-old-1"},
       {"Labels", {{"skep.oneshot", "shop"}, {"skep.oneshot.key", "shop_old"}}},
       {"TaskTemplate", {{"ContainerSpec", {{"Image", "x"}}}}}});
  deploy::Deps deps(world.env, world.clock, world.events, world.stop.get_token(), {},
                    test::lend(world.engine));
  ops::RemoveOptions options;
  options.project.stack = "shop";
  CHECK(ops::remove_stack(deps, options).exit == 0);
  CHECK(world.engine.swarm().service_names().empty());
}

TEST_CASE("a one-off gets the database user that its service has", "[ops]") {
  OpsWorld world;
  world.want_database();
  Migrations migrations(world);
  std::string seen;
  world.database.others = [&](const Json& task) {
    if (!is_migration(task)) return test::runs();
    for (const auto& entry : task["Spec"]["ContainerSpec"]["Env"]) {
      if (const auto text = entry.get<std::string>(); text.starts_with("MONGODB_URI=")) seen = text;
    }
    return test::completes_after(1s);
  };
  const auto deliver = [&](const std::string& to) {
    std::string project = read_file(world.dir.path() + "/skep.yml");
    const std::string old = project.substr(project.find("deliver:"));
    project.replace(project.find(old), old.size(), "deliver: [" + to + "]\n");
    world.dir.write("skep.yml", project);
  };
  SECTION("by the same variable") {
    deliver("{service: web, env: MONGODB_URI}, {service: migrate, env: MONGODB_URI}");
    CHECK(world.release().result == Result::released);
    const auto password = world.database.users.at("kitten").password;
    CHECK_THAT(seen, ContainsSubstring("kitten:" + password));
    for (const auto& kept : world.records())
      CHECK(dump_json(kept.record.tasks.at(0).spec).find(password) == std::string::npos);
    seen.clear();
    world.engine.forget_calls();
    CHECK(world.release().result == Result::unchanged);
    CHECK(world.changes().empty());
    migrations.write("2");
    CHECK(world.release().result == Result::released);
    CHECK_THAT(seen, ContainsSubstring("kitten:" + password));
    CHECK(world.database.ops() == Names{"ensure"});
  }
  SECTION("alone: each run has a new password") {
    deliver("{service: migrate, env: MONGODB_URI}");
    CHECK(world.release().result == Result::released);
    const auto first = world.database.users.at("kitten").password;
    CHECK_THAT(seen, ContainsSubstring("kitten:" + first));
    world.engine.forget_calls();
    CHECK(world.release().result == Result::unchanged);
    CHECK(world.changes().empty());
    migrations.write("2");
    CHECK(world.release().result == Result::released);
    const auto second = world.database.users.at("kitten").password;
    CHECK(second != first);
    CHECK_THAT(seen, ContainsSubstring("kitten:" + second));
  }
  SECTION("in another way than its service it is refused") {
    deliver("{service: web, env: MONGODB_URI}, {service: migrate, secret: mongodb_uri}");
    try {
      static_cast<void>(world.release());
      FAIL("was not refused");
    } catch (const Error& error) {
      CHECK_THAT(error.what(),
                 ContainsSubstring("mongodb.users.kitten.deliver: one-off \"migrate\" gets the "
                                   "user in another way than the services do") &&
                     ContainsSubstring("use the same `env` or `secret` as one of them"));
    }
  }
}
