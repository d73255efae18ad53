#include "config/load.hpp"

#include "config/project.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <vector>

using namespace skep;
using namespace skep::config;

namespace {

const std::string kDesignExample = R"(stack: kittenapi
template: web
values:
  image: registry.example.com/sirrtea/kittenapi
  build: .
  port: 8080
  host: kittenapi.example.com
  replicas: 2
  networks: [frontend, backend]
  placement: [node.labels.usage == apps]
mongodb:
  hosts: [mongo01, mongo02:27018, mongo03]
  replica_set: rs
  network: backend
  admin: {user: admin, password: {secret: mongo_admin_password}}
  users:
    kittenapi:
      database: kittenapi
      roles: [readWrite]
      deliver:
        - {service: kittenapi, env: MONGODB_URI}
nodes:
  docker04: {usage: apps}
checks:
  - {url: "http://kittenapi.example.com/kittens", connect: "127.0.0.1:80", status: 200}
environments:
  staging:
    values: {host: kittenapi.staging.example.com, replicas: 1}
    mongodb:
      users:
        kittenapi_staging:
          {database: kittenapi_staging, roles: [readWrite], deliver: {service: kittenapi, secret: mongodb_uri}}
    checks: [{url: "http://kittenapi.staging.example.com/kittens"}]
)";

struct Loaded {
  Project project;
  std::string problems;
};

class Folder {
 public:
  explicit Folder(const std::string& text) { dir_.write("skep.yml", text); }
  void write(const std::string& name, const std::string& text) const { dir_.write(name, text); }
  Env env(std::map<std::string, std::string> variables = {}) const {
    return {std::move(variables), dir_.path(), ""};
  }
  Loaded load(const LoadOptions& options = {},
              std::map<std::string, std::string> variables = {}) const {
    Diagnostics diagnostics;
    Loaded loaded;
    loaded.project = config::load("skep.yml", options, env(std::move(variables)), diagnostics);
    loaded.problems = format(diagnostics);
    return loaded;
  }
  const std::string& path() const { return dir_.path(); }

 private:
  test::TempDir dir_;
};

Project good(const std::string& text, const LoadOptions& options = {},
             std::map<std::string, std::string> variables = {}) {
  const auto loaded = Folder(text).load(options, std::move(variables));
  INFO(text);
  CHECK(loaded.problems.empty());
  if (!loaded.problems.empty()) UNSCOPED_INFO(loaded.problems);
  return loaded.project;
}

std::string problems(const std::string& text, const LoadOptions& options = {}) {
  return Folder(text).load(options).problems;
}

std::string thrown(const std::string& text, const LoadOptions& options = {}) {
  const Folder folder(text);
  try {
    folder.load(options);
  } catch (const Error& error) {
    const std::string kind = error.kind() == Kind::usage ? "usage: " : "input: ";
    return kind + error.message() + (error.hint().empty() ? "" : " (" + error.hint() + ")");
  }
  return "nothing";
}

const std::string kSmall = "stack: a\ntemplate: web\n";

}  // namespace

TEST_CASE("the design's skep.yml is read whole", "[config]") {
  const Folder folder(kDesignExample);
  const auto [project, problems] = folder.load();
  CHECK(problems.empty());
  CHECK(project.file == "skep.yml");
  CHECK(project.folder == folder.path());
  CHECK(project.stack == "kittenapi");
  CHECK(project.base_stack == "kittenapi");
  CHECK(project.environment.empty());
  CHECK(project.template_name == "web");
  CHECK_FALSE(is_compose_file(project));
  CHECK(project.values.find("port")->as_integer() == 8080);
  CHECK(project.values.find("networks")->size() == 2);
  REQUIRE(project.mongodb);
  const MongoDb& mongodb = *project.mongodb;
  CHECK(mongodb.hosts == std::vector<std::pair<std::string, int>>{
                             {"mongo01", 27017}, {"mongo02", 27018}, {"mongo03", 27017}});
  CHECK(mongodb.replica_set == "rs");
  CHECK(mongodb.network == "backend");
  CHECK(mongodb.admin.user == "admin");
  CHECK(mongodb.admin.auth_source == "admin");
  CHECK(mongodb.admin.password.from == PasswordSource::From::secret);
  CHECK(mongodb.admin.password.name == "mongo_admin_password");
  CHECK(mongodb.auth_source == "admin");
  REQUIRE(mongodb.users.size() == 1);
  CHECK(mongodb.users[0].name == "kittenapi");
  CHECK(mongodb.users[0].database == "kittenapi");
  CHECK(mongodb.users[0].roles == std::vector<std::string>{"readWrite"});
  CHECK(format(mongodb.users[0].loc) == "skep.yml:17:5");
  REQUIRE(mongodb.users[0].deliver.size() == 1);
  CHECK(mongodb.users[0].deliver[0].service == "kittenapi");
  CHECK(mongodb.users[0].deliver[0].place == swarm::Place(swarm::EnvVariable{"MONGODB_URI"}));
  CHECK(format(mongodb.users[0].deliver[0].loc) == "skep.yml:21:11");
  REQUIRE(project.nodes.size() == 1);
  CHECK(project.nodes[0].node == "docker04");
  CHECK(project.nodes[0].labels == std::map<std::string, std::string>{{"usage", "apps"}});
  REQUIRE(project.checks.size() == 1);
  CHECK(project.checks[0].url == "http://kittenapi.example.com/kittens");
  CHECK(project.checks[0].connect == "127.0.0.1:80");
  CHECK(project.checks[0].status == std::vector<int>{200});
  CHECK(project.checks[0].method == "GET");
  CHECK(format(project.checks[0].loc) == "skep.yml:25:5");
}

TEST_CASE("an environment is laid over the rest", "[config]") {
  const Project project = good(kDesignExample, {.environment = "staging"});
  CHECK(project.stack == "kittenapi-staging");
  CHECK(project.base_stack == "kittenapi");
  CHECK(project.environment == "staging");
  CHECK(project.values.find("replicas")->as_integer() == 1);
  CHECK(project.values.find("port")->as_integer() == 8080);
  CHECK(project.mongodb->hosts.size() == 3);
  REQUIRE(project.mongodb->users.size() == 1);
  CHECK(project.mongodb->users[0].name == "kittenapi_staging");
  CHECK(project.mongodb->users[0].deliver.at(0).place ==
        swarm::Place(swarm::SecretFile{"mongodb_uri"}));
  CHECK(project.checks.size() == 1);
  CHECK(project.nodes.size() == 1);
  const Project twice = good(kDesignExample, {.environment = "staging"});
  CHECK(project.mongodb == twice.mongodb);
  CHECK(project.checks == twice.checks);
  CHECK_FALSE(project.mongodb == good(kDesignExample).mongodb);
}

TEST_CASE("an environment can name its stack, and take away with null", "[config]") {
  const std::string text = kSmall +
                           "values: {a: 1, l: [1, 2], m: {x: 1, y: 2}}\n"
                           "environments:\n"
                           "  prod: {stack: other, values: {a: ~, l: [3], m: {y: 3}}}\n"
                           "  bare:\n";
  const Project prod = good(text, {.environment = "prod"});
  CHECK(prod.stack == "other");
  CHECK(prod.base_stack == "a");
  CHECK(prod.values.find("a") == nullptr);
  CHECK(prod.values.find("l")->size() == 1);
  CHECK(prod.values.find("m")->find("x")->as_integer() == 1);
  CHECK(prod.values.find("m")->find("y")->as_integer() == 3);
  CHECK(good(text, {.environment = "bare"}).stack == "a-bare");
}

TEST_CASE("variables come from the process, then from .env or --env-file", "[config]") {
  const Folder folder(
      "stack: ${STACK:-a}\ntemplate: web\nvalues: {x: \"${X}\", y: '$$Y', n: \"${N:-3}\"}\n");
  folder.write(".env", "X=file\nSTACK=fromenv\n");
  folder.write("other.env", "X=other\n");
  folder.write("more.env", "STACK=more${X}\n");
  const auto usual = folder.load();
  CHECK(usual.problems.empty());
  CHECK(usual.project.stack == "fromenv");
  CHECK(usual.project.values.find("x")->as_string() == "file");
  CHECK(usual.project.values.find("y")->as_string() == "$Y");
  CHECK(usual.project.values.find("n")->interpolated());
  CHECK(folder.load({}, {{"X", "process"}}).project.values.find("x")->as_string() == "process");
  const auto named = folder.load({.env_files = {"other.env", "more.env"}});
  CHECK(named.project.stack == "moreother");
  CHECK(named.project.variables.size() == 2);
  CHECK(named.project.variables[0].loc.file == "other.env");
  const auto find = lookup(named.project, folder.env({{"STACK", "p"}}));
  CHECK(find("X") == "other");
  CHECK(find("STACK") == "p");
  CHECK(find("NONE") == std::nullopt);
  CHECK(folder.load({.env_files = {"other.env"}}).project.stack == "a");
}

TEST_CASE("a missing variable is an error with its place, unless it is allowed", "[config]") {
  const std::string text = kSmall + "values:\n  x: ${NONE}\n";
  CHECK(problems(text) ==
        "skep.yml:4:6: error: values.x: the variable NONE is not set\n"
        "  hint: set it, or give a default: ${NAME:-default}; it may stand in .env or a file of "
        "--env-file, and --allow-missing makes it blank\n");
  CHECK(good(text, {.allow_missing = true}).values.find("x")->as_string().empty());
}

TEST_CASE("a variable that only another environment needs is no mistake", "[config]") {
  const std::string text = kSmall + "environments: {prod: {values: {x: \"${NONE}\"}}}\n";
  CHECK(problems(text).empty());
  CHECK(problems(text, {.environment = "prod"}).find("NONE is not set") != std::string::npos);
}

TEST_CASE("the flag --set lays a flag over everything", "[config]") {
  const Project project =
      good(kDesignExample,
           {.environment = "staging",
            .set = {"values.replicas=3", "values.networks=[a, b, c]", "values.deep.er=x",
                    "values.price=5$ ${X}", "stack=mine", "values.text=\"7\"", "values.empty="}});
  CHECK(project.stack == "mine");
  CHECK(project.base_stack == "kittenapi");
  CHECK(project.values.find("replicas")->as_integer() == 3);
  CHECK(project.values.find("networks")->size() == 3);
  CHECK(project.values.find("deep")->find("er")->as_string() == "x");
  CHECK(project.values.find("price")->as_string() == "5$ ${X}");
  CHECK(project.values.find("text")->as_string() == "7");
  CHECK(project.values.find("empty")->is_null());
  CHECK(format(project.values.find("replicas")->loc()) == "--set values.replicas");
}

TEST_CASE("what a flag cannot mean is wrong use", "[config]") {
  const auto set = [](const std::string& flag) { return thrown(kDesignExample, {.set = {flag}}); };
  CHECK(set("values.x") ==
        "usage: --set values.x: no PATH=VALUE (for example --set values.replicas=3)");
  CHECK(set("=x") == "usage: --set : no PATH=VALUE (for example --set values.replicas=3)");
  CHECK(set("values..x=1") == "usage: --set values..x: an empty name in the path");
  CHECK(set("values.networks.0=a") ==
        "usage: --set values.networks.0: values.networks is a list, not a map");
  CHECK(set("values.x=[a") == "usage: --set values.x: a bracket opens here and never closes");
  CHECK(set("values.x={a: 1, a: 2}") == "usage: --set values.x: the key \"a\" is there twice");
  CHECK(
      problems(kDesignExample, {.set = {"valeus.x=1"}}) ==
      "--set valeus.x: error: valeus: unknown key \"valeus\"\n  hint: did you mean \"values\"?\n");
}

TEST_CASE("an environment that is not there is wrong use", "[config]") {
  CHECK(thrown(kDesignExample, {.environment = "stagin"}) ==
        "usage: there is no environment \"stagin\" (did you mean \"staging\"?)");
  CHECK(thrown(kSmall, {.environment = "x"}) == "usage: there is no environment \"x\"");
}

TEST_CASE("what is no project is refused", "[config]") {
  CHECK(thrown("") ==
        "input: there is no project in this file (it needs at least stack: and template:)");
  CHECK(thrown("[a]").starts_with("input: there is no project"));
  CHECK(thrown("a: [").starts_with("input: "));
  Diagnostics diagnostics;
  const Folder folder("");
  CHECK_THROWS_WITH(config::load("none.yml", {}, folder.env(), diagnostics),
                    "cannot read " + folder.path() + "/none.yml: No such file or directory");
  CHECK_THROWS_WITH(Folder(kSmall).load({.env_files = {"/none.env"}}),
                    "cannot read /none.env: No such file or directory");
}

TEST_CASE("a Compose file as template is told from a template", "[config]") {
  CHECK(is_compose_file(good("stack: a\ntemplate: ./stack.yml\n")));
  CHECK(is_compose_file(good("stack: a\ntemplate: compose.yaml\n")));
  CHECK_FALSE(is_compose_file(good("stack: a\ntemplate: ./mine\n")));
}

TEST_CASE("other sources and forms", "[config]") {
  const Folder folder(kSmall + R"(x-common: anything
swarm: abc123
mongodb:
  hosts: mongo
  network: n
  admin: {user: root, password: {file: secrets/pw}, auth_source: other}
  auth_source: users
  tls: true
  ca: ca.pem
  image: mongo:7
  options: {retryWrites: false, w: majority}
  login_options: {connectTimeoutMS: 30000}
  users:
    u: {database: d, roles: [read, dbAdmin], deliver: [{service: s, env: E}, {service: t, env: E}]}
checks:
  - {url: "https://a.example.com", status: [200, 204], method: POST, headers: {X-A: 1}, body: "{}",
     contains: ok, timeout: 1m30s}
)");
  const auto [project, problems] = folder.load();
  CHECK(problems.empty());
  CHECK(project.swarm == "abc123");
  CHECK(project.mongodb->admin.password.from == PasswordSource::From::file);
  CHECK(project.mongodb->admin.password.name == folder.path() + "/secrets/pw");
  CHECK(project.mongodb->admin.auth_source == "other");
  CHECK(project.mongodb->auth_source == "users");
  CHECK(project.mongodb->tls);
  CHECK(project.mongodb->ca == folder.path() + "/ca.pem");
  CHECK(project.mongodb->image == "mongo:7");
  CHECK(project.mongodb->options == std::vector<std::pair<std::string, std::string>>{
                                        {"retryWrites", "false"}, {"w", "majority"}});
  CHECK(project.mongodb->login_options ==
        std::vector<std::pair<std::string, std::string>>{{"connectTimeoutMS", "30000"}});
  CHECK(project.mongodb->users[0].deliver.size() == 2);
  const Check& check = project.checks.at(0);
  CHECK(check.status == std::vector<int>{200, 204});
  CHECK(check.method == "POST");
  CHECK(check.headers == std::vector<std::pair<std::string, std::string>>{{"X-A", "1"}});
  CHECK(check.body == "{}");
  CHECK(check.contains == "ok");
  CHECK(check.timeout == std::chrono::seconds(90));
}

TEST_CASE("a password from an environment variable", "[config]") {
  const Project project =
      good(kSmall +
           "mongodb: {hosts: m, network: n, admin: {user: a, password: {env: PW}}, "
           "users: {u: {database: d, roles: read, deliver: {service: s, env: E}}}}\n");
  CHECK(project.mongodb->admin.password.from == PasswordSource::From::env);
  CHECK(project.mongodb->admin.password.name == "PW");
}
