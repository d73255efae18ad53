// Users made right through a one-shot, against the fake engine and a fake database.
#include "mongo/ensure.hpp"

#include "mongo/server.hpp"
#include "mongo/uri.hpp"
#include "world.hpp"

#include <algorithm>

using namespace skep;
using test::error_of;
using test::MongoWorld;

namespace {

using Names = std::vector<std::string>;

void nothing_left(MongoWorld& world) {
  for (const auto& name : world.engine.swarm().service_names())
    CHECK(name.find("skep-") == std::string::npos);
  for (const auto& name : world.engine.swarm().names(world.engine.swarm().secrets))
    CHECK(name.find("skep-") == std::string::npos);
  CHECK(world.engine.swarm().configs.empty());
}

}  // namespace

TEST_CASE("a user that is not there is created, and its string is to be delivered", "[mongo]") {
  MongoWorld world;
  const auto result = world.ensure();
  CHECK(result.created);
  CHECK_FALSE(result.password_replaced);
  REQUIRE(world.database.users.contains("kitten"));
  CHECK(world.database.users["kitten"].roles == Names{"readWrite"});
  const auto password = world.database.users["kitten"].password;
  CHECK(password.size() >= 20);
  REQUIRE(result.injections.size() == 1);
  const auto& injection = result.injections.front();
  CHECK(injection.service == "web");
  CHECK(injection.place == swarm::Place(swarm::EnvVariable{"MONGODB_URI"}));
  CHECK_FALSE(injection.keep);
  CHECK(injection.value.reveal() == world.uri(password));
  CHECK(world.events.redactor()("see " + password) == "see ***");
  CHECK(world.database.ops() == Names{"ensure"});
  nothing_left(world);
}

TEST_CASE("no secret is in the script, in the spec, in the environment or in argv", "[mongo]") {
  MongoWorld world;
  world.add_web("web", {"MONGODB_URI=" + world.uri("delivered-password")});
  world.database.users["kitten"] = {"delivered-password", {"readWrite"}};
  world.engine.forget_calls();
  (void)world.ensure();
  REQUIRE_FALSE(world.database.scripts.empty());
  for (const auto& secret : {"root-password", "delivered-password"}) {
    for (const auto& script : world.database.scripts)
      CHECK(script.find(secret) == std::string::npos);
    for (const auto& call : world.engine.calls()) {
      if (call.path == "/services/create") CHECK(call.body.find(secret) == std::string::npos);
    }
  }
}

TEST_CASE("options of the application never reach skep's own login, and the other way round",
          "[mongo]") {
  MongoWorld world;
  world.cluster.options = {{"tlsCertificateKeyFile", "/run/secrets/app.pem"},
                           {"readPreference", "secondary"}};
  const auto login = [&] {
    world.database.asked.clear();
    const auto result = world.ensure();
    const auto uri = result.injections.front().value.reveal();
    CHECK_THAT(uri, ContainsSubstring("&tlsCertificateKeyFile=%2Frun%2Fsecrets%2Fapp.pem"
                                      "&readPreference=secondary"));
    CHECK(uri.find("TimeoutMS") == std::string::npos);
    REQUIRE(world.database.asked.size() == 1);
    const auto& input = world.database.asked.front();
    CHECK_FALSE(input.contains("options"));
    return dump_json(input["loginOptions"]);
  };
  CHECK(login() == R"([["serverSelectionTimeoutMS","15000"],["connectTimeoutMS","10000"]])");
  world.cluster.login_options = {{"connecttimeoutms", "30000"}, {"w", "1"}};
  CHECK(login() ==
        R"([["connecttimeoutms","30000"],["w","1"],["serverSelectionTimeoutMS","15000"]])");
  CHECK(world.database.scripts.front().find("input.options") == std::string::npos);
}

TEST_CASE("the admin's password may come from outside: then it is a temporary secret", "[mongo]") {
  MongoWorld world;
  world.cluster.admin_secret.clear();
  world.cluster.admin_password = Secret("root-password");
  CHECK(world.ensure().created);
  nothing_left(world);
}

TEST_CASE("a user that can log in and has its roles is left alone", "[mongo]") {
  MongoWorld world;
  world.add_web("web", {"MONGODB_URI=" + world.uri("pass-word")});
  world.database.users["kitten"] = {"pass-word", {"readWrite"}};
  const auto result = world.ensure();
  CHECK_FALSE(result.created);
  CHECK_FALSE(result.password_replaced);
  CHECK(result.roles_granted.empty());
  CHECK(result.roles_to_revoke.empty());
  REQUIRE(result.injections.size() == 1);
  CHECK(result.injections.front().keep);
  CHECK(result.injections.front().value.empty());
  CHECK(world.database.users["kitten"].password == "pass-word");
}

TEST_CASE("a delivered password that does not work is replaced", "[mongo]") {
  MongoWorld world;
  world.add_web("web", {"MONGODB_URI=" + world.uri("old-password")});
  world.database.users["kitten"] = {"somebody changed it", {"readWrite"}};
  const auto result = world.ensure();
  CHECK(result.password_replaced);
  CHECK_FALSE(result.created);
  REQUIRE(result.injections.size() == 1);
  CHECK_FALSE(result.injections.front().keep);
  CHECK(result.injections.front().value.reveal() ==
        world.uri(world.database.users["kitten"].password));
}

TEST_CASE("roles that are missing are granted at once, those too many are only named", "[mongo]") {
  MongoWorld world;
  world.add_web("web", {"MONGODB_URI=" + world.uri("pass-word")});
  world.user.roles = {"readWrite", "dbAdmin"};
  world.database.users["kitten"] = {"pass-word", {"readWrite", "read@other"}};
  const auto result = world.ensure();
  CHECK(result.roles_granted == Names{"dbAdmin"});
  CHECK(result.roles_to_revoke == Names{"read@other"});
  CHECK(world.database.users["kitten"].roles == Names{"readWrite", "read@other", "dbAdmin"});
  mongo::revoke(world.context(), world.cluster, world.user, result.roles_to_revoke,
                world.snapshot(), {});
  CHECK(world.database.users["kitten"].roles == Names{"readWrite", "dbAdmin"});
  CHECK(world.database.ops() == Names{"ensure", "revoke"});
  mongo::revoke(world.context(), world.cluster, world.user, {}, world.snapshot(), {});
  CHECK(world.database.asked.size() == 2);
}

TEST_CASE("a string for other hosts or options is delivered anew with the same password",
          "[mongo]") {
  MongoWorld world;
  world.add_web("web", {"MONGODB_URI=" + world.uri("pass-word")});
  world.database.users["kitten"] = {"pass-word", {"readWrite"}};
  world.cluster.hosts.emplace_back("mongo03", 27017);
  const auto result = world.ensure();
  CHECK_FALSE(result.password_replaced);
  REQUIRE(result.injections.size() == 1);
  CHECK_FALSE(result.injections.front().keep);
  CHECK(result.injections.front().value.reveal() == world.uri("pass-word"));
}

TEST_CASE("two services get one password, and a second one joins with the first one's", "[mongo]") {
  MongoWorld world;
  world.user.deliver.push_back({"worker", swarm::EnvVariable{"DB"}});
  SECTION("both new") {
    const auto result = world.ensure();
    REQUIRE(result.injections.size() == 2);
    CHECK(result.injections[1].service == "worker");
    CHECK(result.injections[1].place == swarm::Place(swarm::EnvVariable{"DB"}));
    CHECK(result.injections[0].value == result.injections[1].value);
  }
  SECTION("the second is new") {
    world.add_web("web", {"MONGODB_URI=" + world.uri("pass-word")});
    world.database.users["kitten"] = {"pass-word", {"readWrite"}};
    const auto result = world.ensure();
    REQUIRE(result.injections.size() == 2);
    CHECK(result.injections[0].keep);
    CHECK_FALSE(result.injections[1].keep);
    CHECK(result.injections[1].value.reveal() == world.uri("pass-word"));
    CHECK(world.database.users["kitten"].password == "pass-word");
  }
}

TEST_CASE("a string of another user is not taken for this one's", "[mongo]") {
  MongoWorld world;
  auto other = world.user;
  other.name = "dog";
  world.add_web("web", {"MONGODB_URI=" +
                        connection_string(world.cluster, other, Secret("dogs-password")).reveal()});
  const auto result = world.ensure();
  CHECK(result.created);
  CHECK_FALSE(result.injections.front().keep);
  CHECK(world.database.asked.front()["delivered"] == false);
}

TEST_CASE("by secret: a new user's string is a new secret, a live one is kept", "[mongo]") {
  MongoWorld world;
  world.user.deliver = {{"web", swarm::SecretFile{"mongodb_uri"}}};
  SECTION("new") {
    const auto result = world.ensure();
    REQUIRE(result.injections.size() == 1);
    CHECK(result.injections[0].place == swarm::Place(swarm::SecretFile{"mongodb_uri"}));
    CHECK(result.injections[0].value.reveal() ==
          world.uri(world.database.users["kitten"].password));
  }
  SECTION("kept") {
    world.engine.swarm().add_secret("s_mongodb_uri-1", world.uri("pass-word"));
    world.add_web("web", {}, "s_mongodb_uri-1", "mongodb_uri");
    world.database.users["kitten"] = {"pass-word", {"readWrite"}};
    const auto result = world.ensure();
    CHECK(world.database.ops() == Names{"status", "ensure"});
    CHECK_FALSE(result.password_replaced);
    REQUIRE(result.injections.size() == 1);
    CHECK(result.injections[0].keep);
    nothing_left(world);
  }
  SECTION("one that does not work any more is replaced by a new secret") {
    world.engine.swarm().add_secret("s_mongodb_uri-1", world.uri("old-password"));
    world.add_web("web", {}, "s_mongodb_uri-1", "mongodb_uri");
    world.database.users["kitten"] = {"pass-word", {"readWrite"}};
    const auto result = world.ensure();
    CHECK(result.password_replaced);
    CHECK_FALSE(result.injections[0].keep);
  }
}

TEST_CASE("what would need a password that only a secret knows is a rotation", "[mongo]") {
  MongoWorld world;
  world.user.deliver = {{"web", swarm::SecretFile{"mongodb_uri"}}};
  world.engine.swarm().add_secret("s_mongodb_uri-1", world.uri("pass-word"));
  world.add_web("web", {}, "s_mongodb_uri-1", "mongodb_uri");
  world.database.users["kitten"] = {"pass-word", {"readWrite"}};
  Names ops;
  SECTION("a second place of delivery: known without asking") {
    world.user.deliver.push_back({"worker", swarm::EnvVariable{"URI"}});
    ops = {"rotate"};
  }
  SECTION("other hosts: looked at first") {
    world.cluster.hosts.pop_back();
    ops = {"status", "rotate"};
  }
  const auto result = world.ensure();
  CHECK(world.database.ops() == ops);
  CHECK(result.rotated_to == "kitten~2");
  CHECK(result.to_drop == "kitten");
  CHECK(world.database.users["kitten"].password == "pass-word");
  CHECK(world.database.users["kitten~2"].roles == Names{"readWrite"});
  REQUIRE(result.injections.size() == world.user.deliver.size());
  for (const auto& injection : result.injections) {
    CHECK_FALSE(injection.keep);
    CHECK(injection.login == "kitten~2");
    CHECK_THAT(injection.value.reveal(),
               ContainsSubstring("kitten~2:" + world.database.users["kitten~2"].password + "@"));
  }
}

TEST_CASE("a rotation makes a second user beside the first, and the next one goes back to its name",
          "[mongo]") {
  MongoWorld world;
  world.add_web("web", {"MONGODB_URI=" + world.uri("pass-word")});
  world.database.users["kitten"] = {"pass-word", {"readWrite"}};
  const auto first = world.rotate();
  CHECK(first.rotated_to == "kitten~2");
  CHECK(first.to_drop == "kitten");
  CHECK(world.database.users["kitten"].password == "pass-word");
  const auto uri = first.injections.at(0).value.reveal();
  world.set_env("web", "MONGODB_URI=" + uri);
  CHECK(mongo::in_use(world.user, "s", world.snapshot()).name == "kitten~2");
  CHECK(world.status().message ==
        "user \"kitten\", left by a rotation that was cut off, is still there");
  CHECK(world.ensure().to_drop == "kitten");
  world.drop("kitten");
  CHECK_FALSE(world.database.users.contains("kitten"));
  CHECK(world.status().message.empty());
  CHECK(world.ensure().injections.at(0).keep);
  world.drop("kitten");  // not there: good
  const auto second = world.rotate();
  CHECK(second.rotated_to == "kitten");
  CHECK(second.to_drop == "kitten~2");
}

TEST_CASE("a rotation by secret: the label says which user it is", "[mongo]") {
  MongoWorld world;
  world.user.deliver = {{"web", swarm::SecretFile{"mongodb_uri"}}};
  world.engine.swarm().add_secret("s_mongodb_uri-2", "x", {{"skep.login", "kitten~2"}});
  world.add_web("web", {}, "s_mongodb_uri-2", "mongodb_uri");
  CHECK(mongo::in_use(world.user, "s", world.snapshot()).name == "kitten~2");
  world.database.users["kitten~2"] = {"pass-word", {"readWrite"}};
  const auto result = world.rotate();
  CHECK(result.rotated_to == "kitten");
  CHECK(result.injections.at(0).login.empty());
}

TEST_CASE("a rotation does not begin while services carry both users", "[mongo]") {
  MongoWorld world;
  world.user.deliver.push_back({"worker", swarm::EnvVariable{"URI"}});
  auto other = world.user;
  other.name = "kitten~2";
  world.add_web("web", {"MONGODB_URI=" + world.uri("pass-word")});
  world.add_web("worker",
                {"URI=" + connection_string(world.cluster, other, Secret("two")).reveal()});
  world.database.users["kitten"] = {"pass-word", {"readWrite"}};
  world.database.users["kitten~2"] = {"two", {"readWrite"}};
  const auto error = test::error_of([&] { (void)world.rotate(); });
  CHECK(error.kind() == Kind::preflight);
  CHECK(error.message() ==
        "user \"kitten\": a rotation was cut off, and services carry both of its users");
  CHECK(error.hint() == "`skep mongo ensure` delivers one of them everywhere; then rotate");
  CHECK(world.database.asked.empty());
  const auto ensured = world.ensure();
  CHECK(ensured.to_drop == "kitten~2");
  CHECK(ensured.injections.at(0).keep);
  CHECK(ensured.injections.at(1).value.reveal() == world.uri("pass-word"));
}

TEST_CASE("what a service carries is seen without the database", "[mongo]") {
  MongoWorld world;
  const swarm::Delivery by_env{"web", swarm::EnvVariable{"MONGODB_URI"}};
  const swarm::Delivery by_secret{"web", swarm::SecretFile{"mongodb_uri"}};
  CHECK_FALSE(mongo::carried(by_env, "s", world.snapshot()).present);
  world.engine.swarm().add_secret("s_mongodb_uri-1", "x");
  world.add_web("web", {"MONGODB_URI=" + world.uri("p")}, "s_mongodb_uri-1", "mongodb_uri");
  const auto env = mongo::carried(by_env, "s", world.snapshot());
  CHECK(env.present);
  CHECK(env.uri.reveal() == world.uri("p"));
  CHECK(mongo::carries_user(world.cluster, world.user, env));
  const auto secret = mongo::carried(by_secret, "s", world.snapshot());
  CHECK(secret.secret_name == "s_mongodb_uri-1");
  CHECK(mongo::carries_user(world.cluster, world.user, secret));
  world.cluster.replica_set = "rs1";
  CHECK_FALSE(mongo::carries_user(world.cluster, world.user, env));
  CHECK_FALSE(mongo::carries_user(world.cluster, world.user, {}));
}

TEST_CASE("status says what is wrong with a user, and changes nothing", "[mongo]") {
  MongoWorld world;
  std::string message;
  bool login = true;
  SECTION("no user") {
    login = false;
    message = "user \"kitten\" is not there";
  }
  SECTION("nothing delivered") {
    login = false;
    world.database.users["kitten"] = {"pass-word", {"readWrite"}};
    message = "nothing is delivered for user \"kitten\"";
  }
  SECTION("the password does not work") {
    login = false;
    world.add_web("web", {"MONGODB_URI=" + world.uri("wrong-word")});
    world.database.users["kitten"] = {"pass-word", {"readWrite"}};
    message = "the delivered password of user \"kitten\" does not work";
  }
  SECTION("other hosts") {
    world.add_web("web", {"MONGODB_URI=" + world.uri("pass-word")});
    world.database.users["kitten"] = {"pass-word", {"readWrite"}};
    world.cluster.hosts.pop_back();
    message = "what is delivered for user \"kitten\" is for other hosts or options";
  }
  SECTION("nothing for the second service") {
    world.add_web("web", {"MONGODB_URI=" + world.uri("pass-word")});
    world.user.deliver.push_back({"worker", swarm::EnvVariable{"DB"}});
    world.database.users["kitten"] = {"pass-word", {"readWrite"}};
    message = "nothing is delivered for user \"kitten\" to service \"worker\"";
  }
  SECTION("other options at the second service") {
    world.add_web("web", {"MONGODB_URI=" + world.uri("pass-word")});
    world.add_web("worker", {"DB=" + world.uri("pass-word") + "&x=y"});
    world.user.deliver.push_back({"worker", swarm::EnvVariable{"DB"}});
    world.database.users["kitten"] = {"pass-word", {"readWrite"}};
    message =
        "what is delivered for user \"kitten\" to service \"worker\" is for other hosts or options";
  }
  SECTION("roles missing") {
    world.add_web("web", {"MONGODB_URI=" + world.uri("pass-word")});
    world.database.users["kitten"] = {"pass-word", {}};
    world.user.roles = {"readWrite", "dbAdmin"};
    message = "user \"kitten\" lacks readWrite, dbAdmin";
  }
  SECTION("roles too many") {
    world.add_web("web", {"MONGODB_URI=" + world.uri("pass-word")});
    world.database.users["kitten"] = {"pass-word", {"readWrite", "read@other"}};
    message = "user \"kitten\" also has read@other";
  }
  SECTION("all is well") {
    world.add_web("web", {"MONGODB_URI=" + world.uri("pass-word")});
    world.database.users["kitten"] = {"pass-word", {"readWrite"}};
  }
  const auto before = world.database.users["kitten"].password;
  if (message == "user \"kitten\" is not there") world.database.users.clear();
  const auto status = world.status();
  CHECK(status.message == message);
  CHECK(status.reachable);
  CHECK(status.primary == "mongo01:27017");
  CHECK(status.server_version == "7.0.14");
  CHECK(status.user_exists == world.database.users.contains("kitten"));
  CHECK(status.login_works == login);
  CHECK(world.database.ops() == Names{"status"});
  if (world.database.users.contains("kitten"))
    CHECK(world.database.users["kitten"].password == before);
  nothing_left(world);
}

TEST_CASE("of a user that only one-offs get no delivery is looked for", "[mongo]") {
  MongoWorld world;
  world.database.users["kitten"] = {"pass-word", {"readWrite"}};
  CHECK(world.status().message == "nothing is delivered for user \"kitten\"");
  world.user.only_one_offs = true;
  CHECK(world.status().message.empty());
  world.database.users["kitten"].roles.clear();
  CHECK_THAT(world.status().message, ContainsSubstring("user \"kitten\" lacks readWrite"));
}
