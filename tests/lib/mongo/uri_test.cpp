// Connection strings, the database's own service, and the fingerprint: what is known without asking
// a database.
#include "mongo/uri.hpp"

#include "mongo/script.hpp"
#include "mongo/server.hpp"
#include "support/random_text.hpp"
#include "world.hpp"

#include <fmt/format.h>

using namespace skep;
using test::error_of;
using test::MongoWorld;

TEST_CASE("a connection string names every host, the set and the auth source", "[mongo]") {
  MongoWorld world;
  CHECK(world.uri("p") ==
        "mongodb://kitten:p@mongo01:27017,mongo02:27018/kittens?replicaSet=rs&authSource=admin");
  world.cluster.tls = true;
  world.cluster.auth_source = "users";
  world.cluster.options = {{"readPreference", "nearest"}, {"appName", "a&b"}};
  CHECK(world.uri("p") ==
        "mongodb://kitten:p@mongo01:27017,mongo02:27018/kittens"
        "?replicaSet=rs&authSource=users&tls=true&readPreference=nearest&appName=a%26b");
  world.cluster.hosts.pop_back();
  world.cluster.replica_set.clear();
  world.cluster.tls = false;
  world.cluster.options.clear();
  CHECK(world.uri("p") == "mongodb://kitten:p@mongo01:27017/kittens?authSource=users");
}

TEST_CASE("odd characters in user and password survive the string", "[mongo]") {
  MongoWorld world;
  const auto user = GENERATE(as<std::string>{}, "kitten", "a@b", "a:b/c", "ä%41 ?&#+");
  const auto password =
      GENERATE(as<std::string>{}, "p", "@", ":@/?#[]%", "%", "%4", "100%25", "ü \n\"'", "");
  world.user.name = user;
  const auto found = mongo::credentials_of(world.uri(password));
  REQUIRE(found);
  CHECK(found->first == user);
  CHECK(found->second.reveal() == password);
}

TEST_CASE("any bytes survive the string", "[mongo]") {
  MongoWorld world;
  test::RandomText random;
  INFO("SKEP_SEED=" << random.seed());
  for (int n = 0; n < 300; ++n) {
    world.user.name = random.bytes();
    const auto password = random.bytes();
    const auto found = mongo::credentials_of(world.uri(password));
    REQUIRE(found);
    REQUIRE(found->first == world.user.name);
    REQUIRE(found->second.reveal() == password);
  }
}

TEST_CASE("what is no connection string with a user has no credentials", "[mongo]") {
  const auto text = GENERATE(as<std::string>{}, "", "mongodb://", "mongodb://mongo01:27017/db",
                             "http://user:password@host/", "mongodb://user@host/db",
                             "mongodb://host/db?x=a:b@c", "skep:mongodb:kitten");
  CHECK_FALSE(mongo::credentials_of(text));
}

TEST_CASE("the database's own service gives image and placement", "[mongo]") {
  MongoWorld world;
  SECTION("by network alias") {}
  SECTION("by service name") {
    world.cluster.hosts.front().first = "mongo_mongo01";
  }
  const auto server = mongo::server_of(world.cluster, world.snapshot());
  CHECK(server.image == test::kMongoImage);
  CHECK(server.constraints == std::vector<std::string>{"node.labels.usage == db"});
}

TEST_CASE("an image that is named counts, with the placement of the service where there is one",
          "[mongo]") {
  MongoWorld world;
  world.cluster.image = "mongosh:2";
  CHECK(mongo::server_of(world.cluster, world.snapshot()).image == "mongosh:2");
  CHECK(mongo::server_of(world.cluster, world.snapshot()).constraints.size() == 1);
  world.cluster.hosts.front().first = "elsewhere.example.com";
  CHECK(mongo::server_of(world.cluster, world.snapshot()).image == "mongosh:2");
  CHECK(mongo::server_of(world.cluster, world.snapshot()).constraints.empty());
}

TEST_CASE("no service, or more than one, that answers as the first host is an error", "[mongo]") {
  MongoWorld world;
  std::string message;
  SECTION("none of that name") {
    world.cluster.hosts.front().first = "mongo09";
    message = R"(mongodb: no service answers as "mongo09" on network "backend")";
  }
  SECTION("on another network only") {
    world.engine.swarm().add_network("other");
    world.cluster.network = "other";
    message = R"(mongodb: no service answers as "mongo01" on network "other")";
  }
  SECTION("two") {
    world.add_server("another", "mongo01");
    message = R"(mongodb: more than one service (2) answers as "mongo01" on network "backend")";
  }
  const auto error = test::error_of([&] { mongo::server_of(world.cluster, world.snapshot()); });
  CHECK(error.kind() == Kind::preflight);
  CHECK(error.message() == message);
  CHECK(error.hint() == "name an image with mongosh in `mongodb.image`");
}

TEST_CASE("a network that is not there, or is no overlay, is an error even with an image",
          "[mongo]") {
  MongoWorld world;
  world.cluster.image = "mongosh:2";
  SECTION("absent") {
    world.cluster.network = "nowhere";
    const auto error = test::error_of([&] { mongo::server_of(world.cluster, world.snapshot()); });
    CHECK(error.kind() == Kind::preflight);
    CHECK(error.message() == "mongodb: network \"nowhere\" is not there");
    CHECK(error.hint() ==
          "`mongodb.network` is the overlay network on which the database's hosts answer");
  }
  SECTION("local") {
    world.cluster.network = "bridge";
    const auto error = test::error_of([&] { mongo::server_of(world.cluster, world.snapshot()); });
    CHECK(error.message() == "mongodb: network \"bridge\" has scope \"local\", not swarm");
    CHECK(error.hint() == "`mongodb.network` must be an overlay network of the swarm");
  }
}

TEST_CASE("the fingerprint changes with each input", "[mongo]") {
  MongoWorld world;
  const auto snapshot = world.snapshot();
  const auto before = mongo::fingerprint(world.cluster, world.user, snapshot, "s");
  CHECK(before.size() == 64);
  CHECK(mongo::fingerprint(world.cluster, world.user, snapshot, "s") == before);
  auto cluster = world.cluster;
  auto user = world.user;
  std::string stack = "s";
  SECTION("host") {
    cluster.hosts.back().first = "mongo03";
  }
  SECTION("port") {
    cluster.hosts.back().second = 27019;
  }
  SECTION("set") {
    cluster.replica_set = "rs1";
  }
  SECTION("network") {
    world.engine.swarm().add_network("backend2");
    cluster.network = "backend2";
    cluster.image = test::kMongoImage;
    CHECK(mongo::fingerprint(cluster, user, world.snapshot(), stack) != before);
    return;
  }
  SECTION("admin") {
    cluster.admin_user = "root";
  }
  SECTION("admin's source") {
    cluster.admin_auth_source = "x";
  }
  SECTION("source") {
    cluster.auth_source = "x";
  }
  SECTION("tls") {
    cluster.tls = true;
  }
  SECTION("ca") {
    cluster.ca = "pem";
  }
  SECTION("options") {
    cluster.options = {{"a", "b"}};
  }
  SECTION("options of skep's own login") {
    cluster.login_options = {{"a", "b"}};
  }
  SECTION("image") {
    cluster.image = "mongosh:2";
  }
  SECTION("stack") {
    stack = "t";
  }
  SECTION("user") {
    user.name = "cat";
  }
  SECTION("database") {
    user.database = "cats";
  }
  SECTION("roles") {
    user.roles.push_back("dbAdmin");
  }
  SECTION("delivery's service") {
    user.deliver.front().service = "worker";
  }
  SECTION("delivery's variable") {
    user.deliver.front().place = swarm::EnvVariable{"URI"};
  }
  SECTION("another delivery") {
    user.deliver.push_back({"worker", swarm::SecretFile{"uri"}});
  }
  CHECK(mongo::fingerprint(cluster, user, snapshot, stack) != before);
}

TEST_CASE("the fingerprint knows the admin secret's id, and no password", "[mongo]") {
  MongoWorld world;
  const auto before = mongo::fingerprint(world.cluster, world.user, world.snapshot(), "s");
  world.cluster.admin_password = Secret("another");
  CHECK(mongo::fingerprint(world.cluster, world.user, world.snapshot(), "s") == before);
  auto& secrets = world.engine.swarm().secrets;
  secrets.clear();
  world.engine.swarm().add_secret("mongo_admin_password", "root-password");
  CHECK(mongo::fingerprint(world.cluster, world.user, world.snapshot(), "s") != before);
}

TEST_CASE("the shell line takes mongosh, else mongo, else says that there is neither", "[mongo]") {
  const auto argv = mongo::command();
  REQUIRE(argv.size() == 3);
  CHECK(argv[0] == "sh");
  CHECK(argv[1] == "-c");
  CHECK_THAT(argv[2], ContainsSubstring("exec mongosh --quiet --norc --nodb /skep-mongo.js") &&
                          ContainsSubstring("exec mongo --quiet --norc --nodb /skep-mongo.js"));
  const auto begin = argv[2].find("echo '");
  REQUIRE(begin != std::string::npos);
  const auto said = argv[2].substr(begin + 6, argv[2].rfind('\'') - begin - 6);
  CHECK(
      said ==
      R"(skep-result {"error":{"step":"find mongosh","message":"neither mongosh nor mongo is in the image"}})");
}

TEST_CASE("the script's input is one JSON object that no value can break out of", "[mongo]") {
  for (const std::string name :
       {"a\"};\nquit();</script>\\", "'; print(1); '", "\"", "\\\"", "};print(1);//",
        "*/ print(1) /*", "`${print(1)}`", "\u2028print(1)\u2029", "\r\nprint(1)",
        "\x01\x1b[2J\x7f", "\\u0022", "$(id)", "<!--", "__proto__"}) {
    const Json input = {{"op", "ensure"}, {"user", name}, {name, {name}}};
    const auto text = mongo::script(input);
    const auto end = text.find('\n');
    REQUIRE(text.substr(0, 12) == "var input = ");
    CHECK(text[end - 1] == ';');
    const auto json = text.substr(12, end - 13);
    CHECK(parse_json(json, "input") == input);
    // JavaScript's own ends of a line, which JSON knows not: an old shell would end the text there.
    for (const auto* line_end : {"\u2028", "\u2029", "\r"})
      CHECK(json.find(line_end) == std::string::npos);
    CHECK(text.substr(end + 1) == mongo::script(Json::object()).substr(16));
  }
}
