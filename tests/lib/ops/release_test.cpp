// The whole way, against the fake engine: what a release leaves, and what it says.
#include "base/git.hpp"
#include "base/process.hpp"
#include "engine/services.hpp"
#include "release/records.hpp"
#include "world.hpp"

#include <atomic>

using namespace skep;
using namespace std::chrono_literals;
using test::OpsWorld;
using Names = std::vector<std::string>;

TEST_CASE("a first release: everything is there, pinned, recorded, and the lock is free", "[ops]") {
  OpsWorld world;
  const auto ended = world.release();
  INFO(ended.message);
  CHECK(ended.exit == 0);
  CHECK(ended.result == Result::released);
  CHECK(ended.cause == Cause::none);
  CHECK(ended.release == 1);
  CHECK(ended.stack == "shop");
  CHECK(ended.message == "web converged");
  CHECK(ended.services == std::map<std::string, std::string>{{"shop_web", "converged"}});
  CHECK(ended.seconds > 0);
  CHECK(world.image() == OpsWorld::pinned('1'));
  CHECK(world.of_stack(world.engine.swarm().networks) == Names{"shop_default"});
  CHECK(world.lock_is_free());
  const auto records = world.records();
  REQUIRE(records.size() == 1);
  CHECK(records[0].state == swarm::RecordState::released);
  CHECK(records[0].record.who == "me@here");
  CHECK(records[0].record.when == "2026-01-02T03:04:05Z");
  CHECK(records[0].record.commit.empty());
  CHECK(records[0].record.created == Names{"shop_web"});
  REQUIRE(records[0].record.services.size() == 1);
  CHECK(swarm::Spec(records[0].record.services[0].spec).image() == OpsWorld::pinned('1'));
  CHECK(records[0].record.before.empty());
  const auto last = world.events.all<Ended>();
  REQUIRE(last.size() == 1);
  CHECK(last[0].result == Result::released);
}

TEST_CASE("a second release of the same writes nothing, not even a lock", "[ops]") {
  OpsWorld world;
  world.write_stack("1",
                    "    secrets: [key]\n    configs: [conf]\n"
                    "secrets: {key: {file: ./key}}\nconfigs: {conf: {file: ./conf}}\n");
  world.dir.write("key", "the key");
  world.dir.write("conf", "a = 1");
  world.released();
  const auto ended = world.release();
  CHECK(ended.exit == 0);
  CHECK(ended.result == Result::unchanged);
  CHECK(ended.message == "nothing to change");
  CHECK(ended.services.at("shop_web") == "converged");
  CHECK(world.changes().empty());
  CHECK(world.records().size() == 1);
}

TEST_CASE("the config of a credential spec is the same by its name and by its id", "[ops]") {
  OpsWorld world;
  const auto write = [&](const std::string& content) {
    world.write_stack(
        "1", "    credential_spec: {config: conf}\nconfigs: {conf: {content: " + content + "}}\n");
  };
  write("a");
  CHECK(world.release().result == Result::released);
  CHECK(world.release().result == Result::unchanged);
  write("b");
  CHECK(world.release().result == Result::released);
  CHECK(world.release().result == Result::unchanged);
}

TEST_CASE("a change is a new release, whose record says what was before", "[ops]") {
  OpsWorld world;
  world.released();
  world.write_stack("2");
  const auto ended = world.release();
  CHECK(ended.result == Result::released);
  CHECK(ended.release == 2);
  CHECK(world.image() == OpsWorld::pinned('2'));
  const auto records = world.records();
  REQUIRE(records.size() == 2);
  REQUIRE(records[1].record.before.size() == 1);
  CHECK(swarm::Spec(records[1].record.before[0].spec).image() == OpsWorld::pinned('1'));
}

TEST_CASE("another tag of the same digest restarts nothing", "[ops]") {
  OpsWorld world;
  world.released();
  world.engine.swarm().add_image("registry.example.com/web:2", OpsWorld::digest('1'));
  world.write_stack("2");
  CHECK(world.release().result == Result::unchanged);
  CHECK(world.changes().empty());
}

TEST_CASE("a release that fails goes back, and says why", "[ops]") {
  OpsWorld world;
  world.released();
  world.crash('2');
  world.write_stack("2", "    secrets: [key]\nsecrets: {key: {file: ./key}}\n");
  world.dir.write("key", "the key");
  const auto ended = world.release();
  INFO(ended.message);
  CHECK(ended.exit == 4);
  CHECK(ended.result == Result::restored);
  CHECK(ended.cause == Cause::unhealthy);
  CHECK(ended.release == 2);
  CHECK_THAT(ended.message, ContainsSubstring("web") &&
                                ContainsSubstring("; the previous release is back and healthy"));
  CHECK(world.image() == OpsWorld::pinned('1'));
  CHECK(world.states() == Names{"released", "restored"});
  CHECK(world.of_stack(world.engine.swarm().secrets).empty());
  CHECK(world.lock_is_free());
  const auto failures = world.events.all<TaskFailed>();
  REQUIRE_FALSE(failures.empty());
  CHECK(failures[0].exit_code == 3);
  CHECK(failures[0].logs == Names{"no such table"});
}

TEST_CASE("a first release that fails leaves nothing", "[ops]") {
  OpsWorld world;
  world.write_stack("1",
                    "    secrets: [key]\n    configs: [conf]\n"
                    "secrets: {key: {file: ./key}}\nconfigs: {conf: {file: ./conf}}\n");
  world.dir.write("key", "the key");
  world.dir.write("conf", "a = 1");
  world.crash('1');
  const auto ended = world.release();
  CHECK(ended.exit == 4);
  CHECK(ended.result == Result::restored);
  CHECK_THAT(ended.message, ContainsSubstring("; nothing is left of it"));
  CHECK(world.engine.swarm().service_names().empty());
  CHECK(world.of_stack(world.engine.swarm().networks).empty());
  CHECK(world.of_stack(world.engine.swarm().secrets).empty());
  CHECK(world.of_stack(world.engine.swarm().configs).empty());
  CHECK(world.states() == Names{"restored"});
  CHECK(world.lock_is_free());
}

TEST_CASE("the way back does not undo what somebody else did in the meantime", "[ops]") {
  OpsWorld world;
  world.write_stack("1", "  also:\n    image: registry.example.com/web:1\n");
  world.released();
  world.write_stack("2", "  also:\n    image: registry.example.com/web:2\n");
  std::atomic<bool> changed = false;
  const auto id = world.engine.swarm().service("shop_web")["ID"].get<std::string>();
  world.engine.before = [&](const test::Call& call) {
    if (changed || call.method != "POST" || call.path != "/services/" + id + "/update") return;
    changed = true;
    const auto web = engine::find_service(world.engine, "shop_web", {});
    Json spec = web->live;
    spec["Labels"]["by"] = "hand";
    engine::update_service(world.engine, web->id, web->version, spec,
                           engine::RegistryAuth::anonymous());
  };
  const auto ended = world.release();
  INFO(ended.message);
  CHECK(ended.exit == 5);
  CHECK(ended.result == Result::torn);
  CHECK(ended.cause == Cause::conflict);
  CHECK_THAT(
      ended.message,
      ContainsSubstring("somebody else changed shop_web in the meantime, which stays as it is"));
  CHECK(world.engine.swarm().service("shop_web")["Spec"]["Labels"]["by"] == "hand");
  CHECK(
      world.engine.swarm().service("shop_also")["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] ==
      OpsWorld::pinned('1'));
}

TEST_CASE("with --no-rollback: leaves a failed release, and says what to do", "[ops]") {
  OpsWorld world;
  world.released();
  world.crash('2');
  world.write_stack("2");
  world.options.rollback = false;
  const auto ended = world.release();
  CHECK(ended.exit == 5);
  CHECK(ended.result == Result::torn);
  CHECK_THAT(ended.message, ContainsSubstring("left as it is (--no-rollback): `skep diff`"));
  CHECK(world.image() == OpsWorld::pinned('2'));
  CHECK(world.states() == Names{"released", "torn"});
  CHECK(world.lock_is_free());
}

TEST_CASE("a way back that fails too leaves a torn stack, and says both reasons", "[ops]") {
  OpsWorld world;
  world.released();
  world.database.others = [](const Json&) { return test::crashes_after(1s); };
  world.write_stack("2");
  const auto ended = world.release();
  CHECK(ended.exit == 5);
  CHECK(ended.result == Result::torn);
  CHECK_THAT(ended.message, ContainsSubstring("going back failed too: ") &&
                                ContainsSubstring("look at `skep status shop`"));
  CHECK(world.states() == Names{"released", "torn"});
}

TEST_CASE("what preflight finds is said at once, and nothing is written", "[ops]") {
  OpsWorld world;
  world.write_stack("1",
                    "    networks: [frontend]\n    secrets: [key]\n"
                    "networks: {frontend: {external: true}}\nsecrets: {key: {external: true}}\n");
  const auto ended = world.release();
  CHECK(ended.exit == 1);
  CHECK(ended.result == Result::failed);
  CHECK(ended.cause == Cause::preflight);
  CHECK_THAT(ended.message,
             ContainsSubstring("stack \"shop\" cannot be deployed on this swarm: 2 problems") &&
                 ContainsSubstring("frontend") && ContainsSubstring("key"));
  CHECK(world.changes().empty());
}

TEST_CASE("a project that is pinned to another swarm is refused", "[ops]") {
  OpsWorld world;
  world.write_project("swarm: another\n");
  const auto ended = world.release();
  CHECK(ended.exit == 1);
  CHECK(ended.cause == Cause::preflight);
  CHECK_THAT(ended.message, ContainsSubstring("the project is pinned to swarm another"));
  CHECK(world.changes().empty());
}

TEST_CASE("a registry that is away: what is unchanged stays, what is new stops before a change",
          "[ops]") {
  OpsWorld world;
  world.released();
  world.engine.plant({.method = "GET",
                      .path = "/distribution/",
                      .times = -1,
                      .status = 500,
                      .message = "dial tcp: connection refused"});
  SECTION("unchanged") {
    const auto ended = world.release();
    INFO(ended.message);
    CHECK(ended.result == Result::unchanged);
  }
  SECTION("new") {
    world.write_stack("2");
    const auto ended = world.release();
    CHECK(ended.exit == 1);
    CHECK(ended.cause == Cause::registry);
    CHECK_THAT(ended.message, ContainsSubstring("connection refused"));
  }
  CHECK(world.changes().empty());
  CHECK(world.image() == OpsWorld::pinned('1'));
}

TEST_CASE("an interrupted release is marked, and the next one goes on from there", "[ops]") {
  OpsWorld world;
  world.engine.before = [&](const test::Call& call) {
    if (call.path == "/services/create") world.stop.request_stop();
  };
  const auto ended = world.release();
  CHECK(ended.exit == 130);
  CHECK(ended.result == Result::interrupted);
  CHECK(ended.message == "the stack is between two releases; the next release goes on from there");
  CHECK(world.states() == Names{"interrupted"});
  CHECK(world.lock_is_free());
  world.engine.before = nullptr;
  world.stop = std::stop_source();
  CHECK(world.release().result == Result::released);
  CHECK(world.states() == Names{"interrupted", "released"});
}

TEST_CASE("a stop at the first write makes nothing", "[ops]") {
  OpsWorld world;
  world.engine.before = [&](const test::Call& call) {
    if (call.path == "/networks/create") world.stop.request_stop();
  };
  const auto ended = world.release();
  CHECK(ended.exit == 130);
  CHECK(world.of_stack(world.engine.swarm().networks).empty());
  CHECK(world.lock_is_free());
}

TEST_CASE("a record that a killed run left pending is said and closed", "[ops]") {
  OpsWorld world;
  world.released();
  swarm::Record left;
  left.stack = "shop";
  left.number = 2;
  release::write_pending(world.engine, left, {});
  const auto ended = world.release();
  CHECK(ended.result == Result::released);
  CHECK(world.states() == Names{"released", "interrupted", "released"});
  const auto notes = world.events.all<Note>();
  CHECK(std::any_of(notes.begin(), notes.end(), [](const Note& note) {
    return note.text == "release r2 was interrupted; going on from there";
  }));
}

TEST_CASE("the verdict is the cluster's, also when the record cannot be finished", "[ops]") {
  OpsWorld world;
  world.released();
  world.write_stack("2");
  const auto finishing = [](const test::Call& call) {
    return call.path.find("/configs/") == 0 &&
           call.json()["Name"].get<std::string>() == "skep.shop.r2";
  };
  SECTION("released") {
    world.engine.plant({.method = "POST",
                        .path = "/update",
                        .times = -1,
                        .status = 500,
                        .message = "no space left",
                        .match = finishing});
    const auto ended = world.release();
    CHECK(ended.exit == 0);
    CHECK(ended.result == Result::released);
  }
  SECTION("restored") {
    world.crash('2');
    world.engine.plant({.method = "POST",
                        .path = "/update",
                        .times = -1,
                        .status = 500,
                        .message = "no space left",
                        .match = finishing});
    const auto ended = world.release();
    CHECK(ended.exit == 4);
    CHECK(ended.result == Result::restored);
  }
  const auto warned = world.events.all<Warned>();
  CHECK(std::any_of(warned.begin(), warned.end(), [](const Warned& one) {
    return one.diagnostic.message.find("the record of r2 stays pending") != std::string::npos &&
           one.diagnostic.message.find("no space left") != std::string::npos;
  }));
  CHECK(world.states() == Names{"released", "pending"});
  CHECK(world.lock_is_free());
}

TEST_CASE("the verdict is the cluster's, also when cleaning up fails", "[ops]") {
  OpsWorld world;
  world.released();
  world.write_stack("2");
  bool finished = false;
  world.engine.before = [&](const test::Call& call) {
    if (call.path.find("/configs/") == 0 && call.body.find("\"released\"") != std::string::npos)
      finished = true;
  };
  world.engine.plant(
      {.method = "GET",
       .path = "/configs",
       .times = -1,
       .status = 500,
       .message = "no leader",
       .match = [&](const test::Call& call) { return finished && call.path == "/configs"; }});
  const auto ended = world.release();
  CHECK(ended.exit == 0);
  CHECK(ended.result == Result::released);
  const auto warned = world.events.all<Warned>();
  CHECK(std::any_of(warned.begin(), warned.end(), [](const Warned& one) {
    return one.diagnostic.message.find("no leader") != std::string::npos;
  }));
}

TEST_CASE("a lock that was lost ends all writing, that of the record too", "[ops]") {
  OpsWorld world;
  world.released();
  world.write_stack("2");
  bool lost = false;
  const auto steal = [&] {
    for (auto& [id, config] : world.engine.swarm().configs) {
      if (config["Spec"]["Name"].get<std::string>() != "skep.shop.lock") continue;
      config["Spec"]["Labels"]["skep.run"] = "another";
      config["Version"]["Index"] = config["Version"]["Index"].get<int>() + 1;
    }
    world.clock.advance(40s);
    world.engine.forget_calls();
    lost = true;
  };
  std::function<bool(const test::Call&)> is_time;
  bool updated = false;
  SECTION("before the first service is written") {
    is_time = [](const test::Call& call) { return call.line() == "POST /configs/create"; };
  }
  SECTION("in the middle of the rollout") {
    is_time = [&](const test::Call& call) {
      if (call.method == "POST" && call.path.starts_with("/services/")) updated = true;
      return updated && call.line() == "GET /tasks";
    };
  }
  SECTION("on the way back") {
    world.crash('2');
    is_time = [&](const test::Call& call) {
      const auto notes = world.events.all<Note>();
      return call.method == "GET" && std::any_of(notes.begin(), notes.end(), [](const Note& note) {
               return note.text.starts_with("release r2 failed");
             });
    };
  }
  world.engine.before = [&](const test::Call& call) {
    if (!lost && is_time(call)) steal();
  };
  const auto ended = world.release();
  REQUIRE(lost);
  CHECK(ended.exit == 6);
  CHECK(ended.result == Result::locked);
  CHECK(ended.cause == Cause::lock);
  CHECK(ended.message ==
        "the lock of stack \"shop\" was lost to another run, which decides what becomes of r2; "
        "nothing was written after that");
  CHECK(world.states() == Names{"released", "pending"});
  for (const auto& line : world.changes()) CHECK_THAT(line, ContainsSubstring("/configs/"));
}

TEST_CASE("a lock that a dead run holds is taken over and freed, though nothing is to do",
          "[ops]") {
  OpsWorld world;
  world.released();
  for (auto& [id, config] : world.engine.swarm().configs) {
    if (config["Spec"]["Name"].get<std::string>() == "skep.shop.lock")
      config["Spec"]["Labels"]["skep.state"] = "held";
  }
  REQUIRE_FALSE(world.lock_is_free());
  const auto ended = world.release();
  CHECK(ended.result == Result::unchanged);
  CHECK(world.lock_is_free());
  CHECK(world.states() == Names{"released"});
}

TEST_CASE("unchanged and unhealthy is a failure", "[ops]") {
  OpsWorld world;
  world.released();
  world.engine.swarm().set_node_state("docker01", "down");
  world.options.timeout = 30s;
  const auto ended = world.release();
  INFO(ended.message);
  CHECK(ended.exit == 1);
  CHECK(ended.result == Result::failed);
  CHECK(world.changes().empty());
}

TEST_CASE("services that the stack no longer names go with --prune only", "[ops]") {
  OpsWorld world;
  world.dir.write("stack.yml",
                  "services:\n  web: {image: 'registry.example.com/web:1'}\n"
                  "  old: {image: 'registry.example.com/web:1'}\n");
  world.released();
  world.dir.write("stack.yml", "services:\n  web: {image: 'registry.example.com/web:1'}\n");
  CHECK(world.release().result == Result::unchanged);
  world.options.prune = true;
  CHECK(world.release().result == Result::released);
  CHECK(world.engine.swarm().service_names() == Names{"shop_web"});
}

TEST_CASE("node labels are set before the rollout", "[ops]") {
  OpsWorld world;
  world.write_project("nodes:\n  docker01: {usage: apps}\n");
  world.dir.write("stack.yml",
                  "services:\n  web:\n    image: registry.example.com/web:1\n"
                  "    deploy: {placement: {constraints: [node.labels.usage == apps]}}\n");
  const auto ended = world.release();
  INFO(ended.message);
  CHECK(ended.result == Result::released);
  CHECK(world.engine.swarm().nodes.begin()->second["Spec"]["Labels"]["usage"] == "apps");
  CHECK(world.release().result == Result::unchanged);
}

TEST_CASE("with --detach: writes and returns", "[ops]") {
  OpsWorld world;
  world.options.detach = true;
  const auto before = world.clock.now();
  const auto ended = world.release();
  CHECK(ended.exit == 0);
  CHECK(ended.message == "written; not waited for (--detach)");
  CHECK(world.clock.now() == before);
}

TEST_CASE("git_commit names the commit, and that there is more than it", "[ops]") {
  OpsWorld world;
  const auto folder = world.dir.path();
  CHECK_FALSE(git_commit(folder, world.env, {}));
  world.env.variables["GIT_CONFIG_NOSYSTEM"] = "1";
  for (const auto& argv : std::vector<Names>{{"git", "-C", folder, "init", "-q"},
                                             {"git", "-C", folder, "add", "."},
                                             {"git", "-C", folder, "-c", "user.name=a", "-c",
                                              "user.email=a@b", "commit", "-qm", "x"}}) {
    REQUIRE(run_process(argv, "", world.env).exit == 0);
  }
  const auto commit = git_commit(folder, world.env, {});
  REQUIRE(commit);
  CHECK(commit->size() == 12);
  world.dir.write("more", "x");
  CHECK(git_commit(folder, world.env, {}) == *commit + "-dirty");
  SECTION("and the record has it") {
    world.released();
    CHECK(world.records()[0].record.commit == *commit + "-dirty");
  }
  SECTION("without git") {
    world.env.variables["PATH"] = folder;
    CHECK_FALSE(git_commit(folder, world.env, {}));
  }
}

TEST_CASE("a service on docker's own network is released once, and unchanged then", "[ops]") {
  OpsWorld world;
  world.write_stack("1",
                    "    networks: [machine]\nnetworks: {machine: {external: true, name: host}}\n");
  world.released();
  const auto again = world.release();
  CHECK(again.result == Result::unchanged);
  CHECK(world.changes().empty());
}
