// What the verbs that only look find: values, before there is text.
#include "base/error.hpp"
#include "ops/build.hpp"
#include "ops/config.hpp"
#include "ops/doctor.hpp"
#include "ops/init.hpp"
#include "ops/logs.hpp"
#include "ops/mongo.hpp"
#include "ops/node_label.hpp"
#include "ops/render.hpp"
#include "ops/status.hpp"
#include "ops/unlock.hpp"
#include "ops/version.hpp"
#include "world.hpp"

#include <variant>

namespace skep {
namespace {

using test::OpsWorld;
using Names = std::vector<std::string>;

struct Looker {
  OpsWorld& world;
  deploy::Deps deps{
      world.env, world.clock, world.events, world.stop.get_token(), {}, test::lend(world.engine)};
  project::Options project;

  explicit Looker(OpsWorld& of) : world(of) {}
};

}  // namespace

TEST_CASE("ls counts services and tasks of each stack", "[ops]") {
  OpsWorld world;
  Looker skep(world);
  CHECK(ops::list_stacks(skep.deps).empty());
  world.released();
  CHECK(ops::list_stacks(skep.deps) == std::vector<ops::StackSummary>{{"shop", 1, 2, 2}});
}

TEST_CASE("status has services, their tasks, the last release and the lock", "[ops]") {
  OpsWorld world;
  world.released();
  Looker skep(world);
  const auto status = ops::status(skep.deps, skep.project);
  CHECK(status.stack == "shop");
  REQUIRE(status.services.size() == 1);
  const auto& web = status.services[0];
  CHECK(web.name == "shop_web");
  CHECK(web.image == OpsWorld::pinned('1'));
  CHECK(web.running == 2);
  CHECK(web.desired == 2);
  REQUIRE(web.tasks.size() == 2);
  CHECK(web.tasks[0].task.slot == 1);
  CHECK(web.tasks[1].task.slot == 2);
  CHECK(web.tasks[0].node == "docker01");
  REQUIRE(status.release);
  CHECK(*status.release == ops::summary_of(world.records().back()));
  CHECK_FALSE(status.lock);
  skep.project.stack = "nosuch";
  CHECK_THROWS_WITH(ops::status(skep.deps, skep.project),
                    "there is no stack \"nosuch\" on this swarm");
}

TEST_CASE("a held lock is in the status, and unlock says whose it was", "[ops]") {
  OpsWorld world;
  world.released();
  for (auto& [id, config] : world.engine.swarm().configs) {
    auto& labels = config["Spec"]["Labels"];
    if (config["Spec"]["Name"] != "skep.shop.lock") continue;
    labels["skep.state"] = "held";
    labels["skep.holder"] = "you@there";
  }
  Looker skep(world);
  const auto status = ops::status(skep.deps, skep.project);
  REQUIRE(status.lock);
  CHECK(status.lock->holder == "you@there");
  const auto unlocked = ops::unlock(skep.deps, skep.project);
  CHECK(unlocked.stack == "shop");
  REQUIRE(unlocked.holder);
  CHECK(unlocked.holder->holder == "you@there");
  CHECK_FALSE(ops::unlock(skep.deps, skep.project).holder);
}

TEST_CASE("lint has every problem, and the reading that found them", "[ops]") {
  OpsWorld world;
  Looker skep(world);
  SECTION("none") {
    const auto lint = ops::lint(skep.deps, skep.project);
    CHECK(lint.good());
    CHECK(lint.files == "skep.yml");
    CHECK(lint.problems.empty());
    CHECK(lint.read_as == Compat::none);
    CHECK(lint.is_compose);
    CHECK_FALSE(lint.there);
  }
  SECTION("a warning is no error") {
    world.write_stack("1", "    privileged: true\n");
    const auto lint = ops::lint(skep.deps, skep.project);
    CHECK(lint.good());
    REQUIRE(lint.problems.size() == 1);
    CHECK(lint.problems[0].severity == Severity::warning);
    CHECK(lint.problems[0].loc.line == 5);
  }
  SECTION("a file that cannot be read") {
    world.dir.write("a.yml", "services:\n  a: [\n");
    skep.project.compose_files = {"a.yml"};
    const auto lint = ops::lint(skep.deps, skep.project);
    CHECK_FALSE(lint.good());
    CHECK(lint.files == "a.yml");
    CHECK(lint.problems.size() == 1);
    CHECK_FALSE(lint.read_as);
    CHECK_FALSE(lint.there);
  }
  SECTION("a stack of that name is there, which docker made") {
    world.engine.swarm().add_service(
        {{"Name", "shop_web"},
         {"Labels", {{"com.docker.stack.namespace", "shop"}}},
         {"TaskTemplate", {{"ContainerSpec", {{"Image", "registry.example.com/web:1"}}}}}});
    const auto lint = ops::lint(skep.deps, skep.project);
    REQUIRE(lint.there);
    CHECK(lint.there->stack == "shop");
    CHECK(lint.there->reading == deploy::StackReading{Compat::docker, "docker made this stack"});
  }
}

TEST_CASE("render gives the tree, config the tree or a listing", "[ops]") {
  OpsWorld world;
  Looker skep(world);
  const auto rendered = ops::render(skep.project, world.env);
  CHECK(rendered.stack == "shop");
  CHECK(rendered.compose.find("services")->find("web")->find("image")->text() ==
        "registry.example.com/web:1");
  ops::ConfigOptions options;
  const auto config = ops::config(skep.deps, options);
  const auto& file = std::get<yaml::Node>(config);
  CHECK(file.find("services")->find("web")->find("deploy")->find("replicas")->as_integer() == 2);
  options.images = true;
  CHECK(std::get<Names>(ops::config(skep.deps, options)) == Names{"registry.example.com/web:1"});
  options.images = false;
  options.hash = "web";
  const auto hashes = std::get<std::vector<ops::ServiceHash>>(ops::config(skep.deps, options));
  REQUIRE(hashes.size() == 1);
  CHECK(hashes[0].service == "web");
  CHECK(hashes[0].digest.size() == 64);
}

TEST_CASE("doctor's findings are good, bad or unknown", "[ops]") {
  using State = ops::Finding::State;
  OpsWorld world;
  Looker skep(world);
  ops::DoctorOptions options;
  const auto find = [](const ops::DoctorReport& report, const std::string& what) {
    for (const auto& one : report.findings) {
      if (one.what == what) return one;
    }
    return ops::Finding{};
  };
  SECTION("good") {
    const auto report = ops::doctor(skep.deps, options);
    CHECK(report.good());
    CHECK(find(report, "nodes") == ops::Finding{State::good, "nodes", "1 of 1 ready", ""});
    CHECK(find(report, "registry") ==
          ops::Finding{State::unknown, "registry",
                       "registry.example.com: no credentials; asked anonymously", ""});
  }
  SECTION("bad") {
    world.dir.write("stack.yml",
                    "services:\n  web:\n    image: registry.example.com/web:1\n    deploy: "
                    "{placement: {constraints: [node.labels.usage == apps]}}\n");
    const auto report = ops::doctor(skep.deps, options);
    CHECK_FALSE(report.good());
    const auto stack = find(report, "stack");
    CHECK(stack.state == State::bad);
    CHECK_THAT(stack.fact, ContainsSubstring("node.labels.usage == apps"));
    CHECK_FALSE(stack.hint.empty());
  }
}

TEST_CASE("mongo status has each user's login, roles and problem", "[ops]") {
  OpsWorld world;
  world.want_database();
  Looker skep(world);
  const auto before = ops::mongo_status(skep.deps, {});
  CHECK_FALSE(before.good());
  REQUIRE(before.users.size() == 1);
  CHECK(before.users[0] == ops::UserStatus{"kitten",
                                           false,
                                           false,
                                           false,
                                           {},
                                           "mongo01:27017",
                                           "7.0.14",
                                           "user \"kitten\" is not there"});
  world.released();
  const auto after = ops::mongo_status(skep.deps, {});
  CHECK(after.good());
  CHECK(after.users ==
        std::vector<ops::UserStatus>{
            {"kitten", false, true, true, {"readWrite"}, "mongo01:27017", "7.0.14", ""}});
}

TEST_CASE("logs hands over lines with their source, in the order of time", "[ops]") {
  OpsWorld world;
  world.database.others = [](const Json&) {
    auto script = test::runs();
    script.out = "hello\n";
    return script;
  };
  world.released();
  Looker skep(world);
  std::vector<ops::LogLine> lines;
  ops::logs(skep.deps, {}, [&](const ops::LogLine& line) { lines.push_back(line); });
  CHECK(lines == std::vector<ops::LogLine>{{"shop_web.1@docker01", "hello"},
                                           {"shop_web.2@docker01", "hello"}});
}

TEST_CASE("node label gives the labels that the node has then", "[ops]") {
  OpsWorld world;
  Looker skep(world);
  CHECK(ops::label_node(skep.deps, {"docker01", {}}) == ops::NodeLabels{"docker01", {}});
  CHECK(ops::label_node(skep.deps, {"docker01", {"a=1", "b=2"}}) ==
        ops::NodeLabels{"docker01", {{"a", "1"}, {"b", "2"}}});
  CHECK(ops::label_node(skep.deps, {"docker01", {"a-"}}) ==
        ops::NodeLabels{"docker01", {{"b", "2"}}});
}

TEST_CASE("init says what it wrote and what is to be filled in", "[ops]") {
  OpsWorld world;
  Looker skep(world);
  ops::InitOptions options;
  options.directory = "new";
  world.dir.write("new/x", "");
  const auto result = ops::init(skep.deps, options);
  CHECK(result.file == world.dir.path() + "/new/skep.yml");
  CHECK(result.to_fill == Names{"port", "networks", "health"});
}

TEST_CASE("build names each image that it built", "[ops]") {
  OpsWorld world;
  Looker skep(world);
  CHECK_THROWS_WITH(ops::build_images(skep.deps, {}), "no service of stack \"shop\" has `build:`");
}

TEST_CASE("the engine's version", "[ops]") {
  OpsWorld world;
  Looker skep(world);
  const auto version = ops::engine_version(skep.deps);
  CHECK_FALSE(version.number.empty());
  CHECK(version.api.starts_with("1."));
}

}  // namespace skep
