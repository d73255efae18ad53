// Every way in which the database, or the task that talks to it, says no.
#include "world.hpp"

using namespace skep;
using namespace std::chrono_literals;
using test::error_of;
using test::MongoWorld;

namespace {

Error error_when(MongoWorld& world) {
  const auto error = test::error_of([&] { (void)world.ensure(); });
  CHECK(world.engine.swarm().configs.empty());
  CHECK(world.engine.swarm().secrets.size() == 1);
  return error;
}

}  // namespace

TEST_CASE("a wrong admin password is said, with who and where", "[mongo]") {
  MongoWorld world;
  world.database.admin_password = "another";
  const auto error = error_when(world);
  CHECK(error.kind() == Kind::database);
  CHECK(error.message() ==
        "log in as admin on replica set \"rs\": the password or the user is wrong (Authentication "
        "failed.)");
  CHECK(error.hint() == "user \"admin\", auth source \"admin\"; see `mongodb.admin`");
}

TEST_CASE("an image without mongosh and mongo is said", "[mongo]") {
  MongoWorld world;
  world.database.error = {{"step", "find mongosh"},
                          {"message", "neither mongosh nor mongo is in the image"}};
  const auto error = error_when(world);
  CHECK(error.kind() == Kind::database);
  CHECK(error.message() == "image " + test::kMongoImage + " has neither mongosh nor mongo");
  CHECK(error.hint() == "name one that has in `mongodb.image`");
}

TEST_CASE("an image without a shell is said", "[mongo]") {
  MongoWorld world;
  auto script = test::crashes_after(0s, 127);
  script.error =
      "starting container failed: failed to create task: exec: \"sh\": executable file not found "
      "in $PATH: unknown";
  world.database.instead = script;
  const auto error = error_when(world);
  CHECK(error.kind() == Kind::database);
  CHECK(error.message() == "image " + test::kMongoImage + " has no shell: " + script.error);
  CHECK(error.hint() == "name one with sh and mongosh in `mongodb.image`");
}

TEST_CASE("a host that does not resolve is said, with the network", "[mongo]") {
  MongoWorld world;
  SECTION("mongosh, by host") {
    world.database.error = {{"step", "log in as admin"},
                            {"message", "Server selection timed out after 15000 ms"},
                            {"topology", "ReplicaSetNoPrimary"},
                            {"servers", {{"mongo02:27018", "getaddrinfo ENOTFOUND mongo02"}}}};
    CHECK(error_when(world).message() ==
          "a host of `mongodb.hosts` does not resolve on network \"backend\": mongo02:27018: "
          "getaddrinfo ENOTFOUND mongo02");
  }
  SECTION("the network's resolver gives no answer at all") {
    world.database.error = {{"step", "log in as admin"},
                            {"message", "Socket 'connect' timed out"},
                            {"topology", "ReplicaSetNoPrimary"},
                            {"servers", {{"mongo02:27018", "Socket 'connect' timed out"}}},
                            {"unresolved", Json::array({"mongo02:27018"})}};
    CHECK(error_when(world).message() ==
          "a host of `mongodb.hosts` does not resolve on network \"backend\": mongo02:27018: "
          "Socket 'connect' timed out");
  }
  SECTION("for a while") {
    world.database.error = {{"step", "log in as admin"},
                            {"message", "getaddrinfo EAI_AGAIN mongo01"}};
    CHECK(error_when(world).message() ==
          "a host of `mongodb.hosts` does not resolve on network \"backend\": getaddrinfo "
          "EAI_AGAIN mongo01");
  }
  SECTION("the older shell") {
    world.database.error = {{"step", "log in as admin"},
                            {"message", "Could not find host matching read preference"}};
    const auto error = error_when(world);
    CHECK(error.kind() == Kind::database);
    CHECK(error.message() ==
          "a host of `mongodb.hosts` does not resolve on network \"backend\": Could not find host "
          "matching read preference");
    CHECK(error.hint() == "a host is a service's name or network alias on that network");
  }
}

TEST_CASE("a replica set without a primary is said, with what each host answers", "[mongo]") {
  MongoWorld world;
  world.database.error = {
      {"step", "log in as admin"},
      {"message", "Server selection timed out after 15000 ms"},
      {"topology", "ReplicaSetNoPrimary"},
      {"servers", {{"mongo01:27017", "RSSecondary"}, {"mongo02:27018", "connect ECONNREFUSED"}}}};
  const auto error = error_when(world);
  CHECK(error.kind() == Kind::database);
  CHECK(error.message() ==
        "replica set \"rs\" has no primary that answers: mongo01:27017: RSSecondary; "
        "mongo02:27018: connect ECONNREFUSED");
  CHECK(error.hint() == "rs.status() on one of its members says why; is the set's name right?");
}

TEST_CASE("a member that is down does not resolve: what counts is that another answers",
          "[mongo]") {
  MongoWorld world;
  world.database.error = {
      {"step", "log in as admin"},
      {"message", "Server selection timed out after 15000 ms"},
      {"topology", "ReplicaSetNoPrimary"},
      {"servers",
       {{"mongo01:27017", "RSSecondary"}, {"mongo02:27018", "getaddrinfo ENOTFOUND mongo02"}}},
      {"unresolved", Json::array({"mongo02:27018"})}};
  CHECK(error_when(world).message() ==
        "replica set \"rs\" has no primary that answers: mongo01:27017: RSSecondary; "
        "mongo02:27018: getaddrinfo ENOTFOUND mongo02");
}

TEST_CASE("a primary that steps down in the middle is named as such", "[mongo]") {
  MongoWorld world;
  for (const int code : {64, 11602, 10107}) {
    world.database.error = {
        {"step", "create user kitten"}, {"code", code}, {"message", "operation was interrupted"}};
    const auto error = error_when(world);
    CHECK(error.kind() == Kind::database);
    CHECK(error.message() ==
          "replica set \"rs\" lost its primary: create user kitten: operation was interrupted");
    CHECK(error.hint() == "release again when rs.status() shows a primary");
  }
}

TEST_CASE("anything else is said with the step it happened in", "[mongo]") {
  MongoWorld world;
  world.database.error = {{"step", "create user kitten"},
                          {"code", 31},
                          {"name", "RoleNotFound"},
                          {"message", "Could not find role: readWriter@kittens"}};
  const auto error = error_when(world);
  CHECK(error.kind() == Kind::database);
  CHECK(error.message() == "create user kitten: Could not find role: readWriter@kittens");
}

TEST_CASE("a task that gives no answer is said with its exit code and last lines", "[mongo]") {
  MongoWorld world;
  SECTION("short") {
    world.database.instead = test::crashes_after(1s, 139, "Segmentation fault\n");
    const auto error = error_when(world);
    CHECK(error.kind() == Kind::database);
    CHECK(error.message() ==
          "the database task on docker02 gave no answer: task: non-zero exit (139), exit code "
          "139");
    CHECK(error.hint() == "Segmentation fault\n");
  }
  SECTION("a long output is cut, in front") {
    world.database.instead = test::crashes_after(1s, 1, std::string(2000, 'x') + "the end\n");
    const auto error = error_when(world);
    CHECK(error.hint().size() < 820);
    CHECK(error.hint().substr(0, 3) == "…");
    CHECK_THAT(error.hint(), ContainsSubstring("the end"));
  }
  SECTION("no such image") {
    world.database.instead = test::rejected("No such image: mongo:7");
    CHECK(error_when(world).message() ==
          "the database task on docker02 gave no answer: No such image: mongo:7");
  }
}

TEST_CASE("a code that is a text, as Node and mongosh have them, is told like any other error",
          "[mongo]") {
  for (const Json& code : {Json("ENOENT"), Json("COMMON-10001"), Json(nullptr), Json(-1.5),
                           Json::array({18}), Json(1e300), Json(true)}) {
    MongoWorld world;
    world.database.error = {{"step", "read the script"}, {"message", "no such file"}};
    (*world.database.error)["code"] = code;
    INFO(dump_json(code));
    const auto error = error_when(world);
    CHECK(error.kind() == Kind::database);
    CHECK(error.message() == "read the script: no such file");
  }
}

TEST_CASE("an answer that was cut off is no answer", "[mongo]") {
  MongoWorld world;
  world.database.instead = test::completes_after(1s, "skep-result {\"primary\":\"mon\n");
  CHECK_THAT(error_when(world).message(), ContainsSubstring("the database script's answer"));
}

TEST_CASE("a database that does not answer in time, and a node that is not there", "[mongo]") {
  MongoWorld world;
  SECTION("deadline") {
    world.database.instead = test::runs();
    const auto error = error_when(world);
    CHECK(error.kind() == Kind::deadline);
    CHECK_THAT(std::string(error.what()), ContainsSubstring("database task: "));
  }
  SECTION("placement") {
    world.engine.swarm().set_node_state("docker02", "down");
    const auto error = error_when(world);
    CHECK(error.kind() == Kind::preflight);
    CHECK_THAT(error.hint(), ContainsSubstring("node.labels.usage == db"));
  }
}
