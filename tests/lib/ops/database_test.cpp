// Releases with a database user: ensured before the rollout, delivered with it, and not asked again
// while nothing changed.
#include "ops/mongo.hpp"
#include "plan/format.hpp"
#include "plan/to_json.hpp"
#include "support/fake_server.hpp"
#include "world.hpp"

using namespace skep;
using namespace std::chrono_literals;
using test::OpsWorld;
using Names = std::vector<std::string>;

namespace {

std::string uri_of(OpsWorld& world) {
  const auto env =
      world.engine.swarm().service("shop_web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Env"];
  for (const auto& entry : env) {
    const auto text = entry.get<std::string>();
    if (text.starts_with("MONGODB_URI=")) return text.substr(12);
  }
  FAIL("no MONGODB_URI");
  return "";
}

}  // namespace

TEST_CASE("a first release creates the user and delivers its string", "[ops]") {
  OpsWorld world;
  world.want_database();
  const auto ended = world.release();
  INFO(ended.message);
  CHECK(ended.result == Result::released);
  REQUIRE(world.database.users.contains("kitten"));
  const auto password = world.database.users["kitten"].password;
  CHECK(uri_of(world) ==
        "mongodb://kitten:" + password + "@mongo01:27017/kittens?replicaSet=rs&authSource=admin");
  const auto notes = world.events.all<Note>();
  CHECK(std::any_of(notes.begin(), notes.end(), [](const Note& note) {
    return note.text == "user \"kitten\" created with readWrite on kittens";
  }));
  SECTION("no record and no event holds the password") {
    for (const auto& kept : world.records()) {
      for (const auto& service : kept.record.services) {
        CHECK(dump_json(service.spec).find(password) == std::string::npos);
        CHECK(dump_json(service.spec).find("skep:mongodb:kitten") != std::string::npos);
      }
    }
    for (const auto& planned : world.events.all<Planned>()) {
      CHECK(plan::format(*planned.plan).find(password) == std::string::npos);
      CHECK(dump_json(plan::to_json(*planned.plan)).find(password) == std::string::npos);
    }
  }
  SECTION("a second release asks nothing and writes nothing") {
    world.engine.forget_calls();
    const auto again = world.release();
    CHECK(again.result == Result::unchanged);
    CHECK(again.message == "nothing to change; database user not verified since r1");
    CHECK(world.database.asked.size() == 1);
    CHECK(world.changes().empty());
  }
  SECTION("--verify asks") {
    world.options.verify = true;
    const auto again = world.release();
    CHECK(again.result == Result::unchanged);
    CHECK(again.message == "nothing to change");
    CHECK(world.database.ops() == Names{"ensure", "status"});
  }
  SECTION("--verify finds a user that is gone, and makes it again") {
    world.database.users.clear();
    world.options.verify = true;
    const auto again = world.release();
    INFO(again.message);
    CHECK(again.result == Result::released);
    CHECK(world.database.users.at("kitten").password != password);
    CHECK(uri_of(world).find(world.database.users.at("kitten").password) != std::string::npos);
  }
  SECTION("a release of another image keeps the string") {
    world.write_stack("2");
    CHECK(world.release().result == Result::released);
    CHECK(uri_of(world).find(password) != std::string::npos);
    CHECK(world.database.users["kitten"].password == password);
  }
  SECTION("a release that fails keeps the string, too") {
    world.crash('2');
    world.write_stack("2");
    CHECK(world.release().result == Result::restored);
    CHECK(uri_of(world).find(password) != std::string::npos);
    CHECK(world.image() == OpsWorld::pinned('1'));
  }
}

TEST_CASE("roles: granted before the rollout, taken away after it", "[ops]") {
  OpsWorld world;
  world.want_database("[readWrite]");
  world.released();
  world.want_database("[read, dbAdmin]");
  SECTION("that works") {
    const auto ended = world.release();
    INFO(ended.message);
    CHECK(ended.result == Result::released);
    CHECK(world.database.users["kitten"].roles == Names{"read", "dbAdmin"});
    CHECK(world.database.ops() == Names{"ensure", "ensure", "revoke"});
    CHECK(world.release().result == Result::unchanged);
  }
  SECTION("that fails") {
    world.crash('2');
    world.write_stack("2");
    const auto ended = world.release();
    CHECK(ended.result == Result::restored);
    CHECK_THAT(ended.message, ContainsSubstring("; the database is not rolled back"));
    CHECK(world.database.users["kitten"].roles == Names{"readWrite", "read", "dbAdmin"});
  }
}

TEST_CASE("mongo rotate delivers a second user, and removes the first when no task uses it",
          "[ops]") {
  OpsWorld world;
  world.want_database();
  world.released();
  const auto before = uri_of(world);
  deploy::Deps deps(world.env, world.clock, world.events, world.stop.get_token(), {},
                    test::lend(world.engine));
  SECTION("that works") {
    const auto ended = ops::mongo_rotate(deps, {});
    INFO(ended.message);
    CHECK(ended.result == Result::released);
    CHECK_THAT(uri_of(world), ContainsSubstring("//kitten~2:"));
    CHECK_FALSE(world.database.users.contains("kitten"));
    CHECK(world.database.users["kitten~2"].roles == Names{"readWrite"});
    CHECK(world.records().back().record.what == "mongo rotate");
    CHECK(world.release().result == Result::unchanged);
    world.options.verify = true;
    CHECK(world.release().result == Result::unchanged);
    CHECK(ops::mongo_rotate(deps, {}).result == Result::released);
    CHECK_THAT(uri_of(world), ContainsSubstring("//kitten:"));
  }
  SECTION("that fails leaves the old credential, and the next one works") {
    world.database.others = [](const Json& task) {
      const bool with_new = dump_json(task["Spec"]).find("kitten~2") != std::string::npos;
      return with_new ? test::crashes_after(1s, 3, "no such user\n") : test::runs();
    };
    const auto ended = ops::mongo_rotate(deps, {});
    INFO(ended.message);
    CHECK(ended.result == Result::restored);
    CHECK_THAT(ended.message, ContainsSubstring("; the database is not rolled back"));
    CHECK(uri_of(world) == before);
    CHECK(world.database.users.contains("kitten"));
    world.database.others = [](const Json&) { return test::runs(); };
    CHECK(ops::mongo_rotate(deps, {}).exit == 0);
  }
  SECTION("a user that the project does not name") {
    ops::MongoRotateOptions options;
    options.user = "kiten";
    CHECK_THROWS_WITH(ops::mongo_rotate(deps, options),
                      ContainsSubstring("skep.yml names no database user \"kiten\""));
  }
  CHECK(world.lock_is_free());
}

TEST_CASE("a database that is away after the rollout does not undo it", "[ops]") {
  OpsWorld world;
  world.want_database();
  world.released();
  deploy::Deps deps(world.env, world.clock, world.events, world.stop.get_token(), {},
                    test::lend(world.engine));
  world.database.others = [&](const Json&) {
    world.database.error = Json{{"step", "log in as admin"},
                                {"message", "Server selection timed out"},
                                {"topology", "ReplicaSetNoPrimary"}};
    return test::runs();
  };
  const auto ended = ops::mongo_rotate(deps, {});
  INFO(ended.message);
  CHECK(ended.result == Result::released);
  CHECK(world.database.users.contains("kitten"));
  const auto warned = world.events.all<Warned>();
  REQUIRE_FALSE(warned.empty());
  CHECK_THAT(warned.back().diagnostic.message,
             ContainsSubstring("the database keeps what only the old tasks needed: "));
  CHECK(warned.back().diagnostic.hint == "`skep mongo ensure` takes it away");
  world.database.error.reset();
  CHECK(ops::mongo_ensure(deps, {}).exit == 0);
  CHECK_FALSE(world.database.users.contains("kitten"));
}

TEST_CASE("a database that says no fails the release before the stack is touched", "[ops]") {
  OpsWorld world;
  world.want_database();
  world.database.admin_password = "another";
  const auto ended = world.release();
  CHECK(ended.exit == 1);
  CHECK(ended.result == Result::failed);
  CHECK(ended.cause == Cause::database);
  CHECK_THAT(ended.message, ContainsSubstring("the password or the user is wrong") &&
                                ContainsSubstring("; the stack is as it was before"));
  CHECK(world.engine.swarm().service_names() == Names{"mongo_mongo01"});
  CHECK(world.of_stack(world.engine.swarm().networks).empty());
  CHECK(world.states() == Names{"failed"});
  CHECK(world.lock_is_free());
}

TEST_CASE("what the database needs and is not there is found before anything is written", "[ops]") {
  OpsWorld world;
  world.want_database();
  world.engine.swarm().secrets.clear();
  const auto ended = world.release();
  CHECK(ended.exit == 1);
  CHECK(ended.cause == Cause::preflight);
  CHECK_THAT(ended.message, ContainsSubstring("secret \"mongo_admin_password\" is not there"));
  CHECK(world.changes().empty());
}

TEST_CASE("a database in the same stack that does not run yet: what is missing, and the order",
          "[ops]") {
  OpsWorld world;
  world.engine.swarm().add_image("registry.example.com/mongo:7", OpsWorld::digest('3'));
  const std::string server =
      "  mongo01:\n    image: registry.example.com/mongo:7\n    networks: [backend]\n";
  const std::string networks = "networks: {backend: {}}\n";
  world.dir.write("database.yml", "services:\n" + server + networks);
  world.write_stack("1", "    networks: [backend]\n" + server + networks);
  const auto project = [&](const std::string& network) {
    world.write_project("mongodb:\n  hosts: mongo01\n  replica_set: rs\n  network: " + network +
                        "\n  admin: {user: admin, password: {secret: mongo_admin_password}}\n"
                        "  users: {kitten: {database: kittens, roles: readWrite, deliver: "
                        "{service: web, env: MONGODB_URI}}}\n");
  };
  const auto said = [](const std::string& write) {
    return "stack \"shop\" cannot be deployed on this swarm: 1 problem\n"
           "skep.yml:4:3: error: mongodb: the database is service \"mongo01\" of this stack, and "
           "users are made before a stack's services are written: there is not yet network "
           "\"shop_backend\", service \"shop_mongo01\", secret \"mongo_admin_password\"\n"
           "  hint: in this order: `skep deploy -c database.yml shop` with a Compose file of that "
           "service, its networks, volumes and secrets alone; make the admin there, after "
           "rs.initiate(); " +
           write + "then this again. Or give the database a stack of its own";
  };
  project("shop_backend");
  CHECK(world.release().message == said(""));
  project("backend");
  const auto ended = world.release();
  CHECK(ended.cause == Cause::preflight);
  CHECK(ended.message == said("write network: shop_backend here; "));
  CHECK(world.changes().empty());

  // In that order.
  world.options.project.compose_files = {"database.yml"};
  world.options.project.stack = "shop";
  world.released();
  world.options.project.compose_files.clear();
  world.engine.swarm().add_secret("mongo_admin_password", "root-password");
  const auto by_key = world.release();
  CHECK_THAT(
      by_key.message,
      ContainsSubstring("mongodb: network \"backend\" is not there\n  hint: the stack's own is "
                        "called \"shop_backend\": write that"));
  project("shop_backend");
  const auto whole = world.release();
  INFO(whole.message);
  CHECK(whole.result == Result::released);
  CHECK_THAT(uri_of(world), ContainsSubstring("@mongo01:27017/kittens"));
}

TEST_CASE("an admin's secret that the stack makes has the stack's name before it", "[ops]") {
  OpsWorld world;
  world.want_database();
  world.engine.swarm().secrets.clear();
  world.dir.write("password", "root-password");
  world.write_stack("1", "secrets: {mongo_admin_password: {file: ./password}}\n");
  CHECK_THAT(
      world.release().message,
      ContainsSubstring("secret \"mongo_admin_password\" is not there\n  hint: the stack's own "
                        "is called \"shop_mongo_admin_password\": write that"));
}

TEST_CASE("checks that do not answer lead back", "[ops]") {
  OpsWorld world;
  test::FakeServer server([](int fd) {
    if (!test::read_head(fd).empty()) test::write_all(fd, test::answer_text("no", 503));
  });
  world.released();
  world.write_stack("2");
  world.write_project("checks:\n  - {url: 'http://shop.example.com/', connect: '" +
                      server.tcp_address() + "'}\n");
  const auto ended = world.release();
  CHECK(ended.exit == 4);
  CHECK(ended.cause == Cause::check);
  CHECK_THAT(ended.message,
             ContainsSubstring("check http://shop.example.com/: ") && ContainsSubstring("503"));
  CHECK(world.image() == OpsWorld::pinned('1'));
}
