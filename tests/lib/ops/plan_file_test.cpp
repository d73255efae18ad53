// `skep diff --out` and `skep deploy --plan`: just that plan, or nothing.
#include "base/hash.hpp"
#include "engine/services.hpp"
#include "ops/diff.hpp"
#include "ops/scale.hpp"
#include "world.hpp"

#include <cstdlib>
#include <filesystem>
#include <set>
#include <unistd.h>
#include <vector>

namespace skep {
namespace {

using test::OpsWorld;

const std::string kTruth = "the plan of ";

struct Planner {
  OpsWorld& world;
  deploy::Deps deps{
      world.env, world.clock, world.events, world.stop.get_token(), {}, test::lend(world.engine)};
  ops::DiffOptions options;

  explicit Planner(OpsWorld& of) : world(of) {
    options.out = "plan.json";
    options.version = "0.1.0";
    world.options.build = false;
    world.options.version = "0.1.0";
  }
  ops::DiffResult write() { return ops::diff(deps, options); }
  std::string path() const { return world.dir.path() + "/plan.json"; }
  std::string text() const { return read_file(path()); }
  Json document() const { return parse_json(text(), "plan"); }
  Ended deploy() {
    world.options.plan_file = "plan.json";
    world.engine.forget_calls();
    auto ended = ops::release(deps, world.options);
    world.options.plan_file.clear();
    return ended;
  }
  /// What is said when something moved; nothing was written then.
  std::string moved() {
    const auto ended = deploy();
    CHECK(ended.exit == 1);
    CHECK(ended.result == Result::failed);
    CHECK(ended.cause == Cause::conflict);
    CHECK(world.changes().empty());
    const auto at = ended.message.find('\n');
    CHECK(ended.message.starts_with(kTruth));
    return at == std::string::npos ? ended.message : ended.message.substr(at + 1);
  }
  /// The same file with another content, its checksum made right.
  void rewrite(const std::function<void(Json&)>& change) {
    auto json = document();
    change(json);
    json.erase("checksum");
    json["checksum"] = sha256_hex(dump_json(json));
    write_file(path(), dump_json(json), 0600);
  }
  std::string refused() {
    try {
      deploy();
    } catch (const Error& error) {
      CHECK((error.kind() == Kind::input || error.kind() == Kind::usage));
      CHECK(world.engine.calls().empty());
      return std::string(error.what()) + " | " + error.hint();
    }
    return "nothing was refused";
  }
};

Json replicas_of(OpsWorld& world) {
  return world.engine.swarm().service("shop_web")["Spec"]["Mode"]["Replicated"]["Replicas"];
}

}  // namespace

TEST_CASE("a plan is written to a file of one's own, and a deploy carries out just that", "[ops]") {
  OpsWorld world;
  world.released();
  world.write_stack("2", "    configs: [conf]\nconfigs: {conf: {content: a}}\n");
  Planner skep(world);
  const auto written = skep.write();
  CHECK(written.changes);
  CHECK(written.out == "plan.json");
  CHECK(std::filesystem::status(skep.path()).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(world.changes().empty());
  SECTION("nothing moved") {
    const auto ended = skep.deploy();
    INFO(ended.message);
    CHECK(ended.result == Result::released);
    CHECK(world.image() == OpsWorld::pinned('2'));
  }
  SECTION("from another folder, where it finds the files again") {
    world.dir.write("elsewhere/x", "");
    world.env.cwd = world.dir.path() + "/elsewhere";
    std::filesystem::rename(skep.path(), world.env.cwd + "/plan.json");
    CHECK(skep.deploy().result == Result::released);
  }
  SECTION("tasks, nodes and what the engine writes of its own do not count") {
    world.engine.swarm().add_node("docker09");
    world.change_by_hand("shop_web", [](Json& spec) { spec["Labels"]["x"] = "1"; });
    world.change_by_hand("shop_web", [](Json& spec) { spec["Labels"].erase("x"); });
    CHECK(skep.deploy().result == Result::released);
  }
  SECTION("a second time it is done") {
    CHECK(skep.deploy().result == Result::released);
    CHECK_THAT(skep.moved(), ContainsSubstring("  the last release is r2, it was r1"));
  }
}

TEST_CASE("names of new objects are those that the plan showed", "[ops]") {
  OpsWorld world;
  const std::string more = "    configs: [conf]\nconfigs: {conf: {content: ";
  world.write_stack("1", more + "a}}\n");
  world.released();
  world.write_stack("1", more + "b}}\n");
  Planner skep(world);
  const auto shown = skep.write().plan;
  const auto name = std::get<plan::CreateConfig>(shown.stages.at(0).actions.at(0)).name;
  CHECK(skep.deploy().result == Result::released);
  const auto configs = world.of_stack(world.engine.swarm().configs);
  CHECK(std::find(configs.begin(), configs.end(), name) != configs.end());
}

TEST_CASE("a plan file holds no secret", "[ops]") {
  OpsWorld world;
  world.want_database();
  const auto stack = [&](const std::string& canary, const std::string& more) {
    world.dir.write("pw", "file-" + canary);
    world.write_stack(
        "1", "    environment:\n      API_TOKEN: env-" + canary + "\n      DB: postgres://u:uri-" +
                 canary + "@h/d\n" + more + "    command: [serve, --password=arg-" + canary +
                 "]\n    secrets: [pw]\n    configs: [conf]\nsecrets: {pw: {file: ./pw}}\n"
                 "configs: {conf: {content: conf-" +
                 canary + "}}\n");
  };
  stack("canary", "");
  world.released();
  stack("second", "      PLAIN: the content is file-second\n");
  world.write_project();
  world.want_database();
  Planner skep(world);
  skep.options.project.set = {"values.note=canary-note"};
  skep.write();
  const auto text = skep.text();
  for (const std::string part : {"canary", "second", "root-password", "mongodb://"})
    CHECK(text.find(part) == std::string::npos);
  for (const std::string secret : {"file-canary", "file-second", "conf-second", "env-second"})
    CHECK(text.find(base64(secret).substr(0, 12)) == std::string::npos);
  const auto password =
      world.engine.swarm().service("shop_web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Env"];
  for (const auto& entry : password) {
    const auto value = entry.get<std::string>();
    if (value.starts_with("MONGODB_URI="))
      CHECK(text.find(value.substr(value.find("kitten:") + 7, 12)) == std::string::npos);
  }
  CHECK(text.find("scrypt:") != std::string::npos);
  SECTION("the salt is another each time") {
    const auto salt = skep.document()["salt"].get<std::string>();
    skep.write();
    CHECK(skep.document()["salt"].get<std::string>() != salt);
    CHECK(salt.size() == 32);
  }
  SECTION("it is good for a deploy that gives --set again") {
    CHECK(skep.refused() ==
          "plan file plan.json was made with --set values.note | give the same again: the file "
          "does not "
          "hold the values");
    world.options.project.set = {"values.note=canary-note"};
    const auto ended = skep.deploy();
    INFO(ended.message);
    CHECK(ended.result == Result::released);
  }
  SECTION("another content of a secret is seen") {
    world.options.project.set = {"values.note=canary-note"};
    world.dir.write("pw", "file-third");
    CHECK_THAT(skep.moved(), ContainsSubstring("the files: secret shop_pw has another content") &&
                                 !ContainsSubstring("third"));
  }
  SECTION("another value of a hidden variable is seen and not shown") {
    world.options.project.set = {"values.note=canary-note"};
    auto compose = read_file(world.dir.path() + "/stack.yml");
    compose.replace(compose.find("env-second"), 10, "env-third!");
    world.dir.write("stack.yml", compose);
    CHECK(skep.moved() ==
          "  the files: service shop_web is another: "
          "TaskTemplate.ContainerSpec.Env[API_TOKEN]: \"***\" → \"***\"");
  }
}

TEST_CASE("a deploy of a plan says exactly what moved in the swarm", "[ops]") {
  OpsWorld world;
  const std::string objects =
      "    secrets: [pw]\n    configs: [conf]\nsecrets: {pw: {environment: PW}}\n"
      "configs: {conf: {content: c}}\n";
  world.env.variables["PW"] = "password";
  world.write_stack("1", objects);
  world.released();
  world.write_stack("2", objects);
  Planner skep(world);
  skep.write();
  auto& swarm = world.engine.swarm();
  SECTION("a service was changed") {
    const auto before = swarm.service("shop_web")["Version"]["Index"];
    world.change_by_hand("shop_web", [](Json& spec) {
      spec["Mode"]["Replicated"]["Replicas"] = 5;
      spec["Labels"]["a"] = "b";
    });
    CHECK(skep.moved() ==
          fmt::format("  service shop_web was changed (version {} → {}): Labels[a]: (absent) → "
                      "\"b\", Mode.Replicated.Replicas: 2 → 5",
                      dump_json(before), dump_json(swarm.service("shop_web")["Version"]["Index"])));
    CHECK(replicas_of(world) == 5);
  }
  SECTION("services came and went") {
    engine::remove_service(world.engine, swarm.service("shop_web")["ID"].get<std::string>());
    swarm.add_service({{"Name", "shop_tool"},
                       {"Labels", {{"com.docker.stack.namespace", "shop"}}},
                       {"TaskTemplate", {{"ContainerSpec", {{"Image", "x:1"}}}}}});
    CHECK(skep.moved() == "  service shop_tool is new\n  service shop_web is gone");
  }
  SECTION("a service is another one of the same name") {
    auto spec = swarm.service("shop_web")["Spec"];
    engine::remove_service(world.engine, swarm.service("shop_web")["ID"].get<std::string>());
    swarm.add_service(spec);
    CHECK(skep.moved() == "  service shop_web is another one of the same name");
  }
  SECTION("objects") {
    swarm.add_secret("shop_new", "x", {{"com.docker.stack.namespace", "shop"}});
    for (auto& [id, config] : swarm.configs) {
      if (config["Spec"]["Name"] == "shop_conf")
        config["Version"]["Index"] = config["Version"]["Index"].get<int>() + 1;
    }
    swarm.add_network("shop_extra", {{"com.docker.stack.namespace", "shop"}});
    const auto text = skep.moved();
    CHECK(text ==
          "  secret shop_new is new\n"
          "  config shop_conf was changed (its labels)\n"
          "  network shop_extra is new");
  }
  SECTION("another release") {
    ops::ScaleOptions scale;
    scale.change.project.stack = "shop";
    scale.replicas = {"web=3"};
    REQUIRE(ops::scale(skep.deps, scale).result == Result::released);
    CHECK_THAT(skep.moved(), ContainsSubstring("  the last release is r2, it was r1\n"
                                               "  service shop_web was changed"));
  }
  SECTION("an image in the registry") {
    swarm.add_image("registry.example.com/web:2", OpsWorld::digest('3'));
    CHECK_THAT(skep.moved(),
               ContainsSubstring("  the plan would update service shop_web in another way: "
                                 "TaskTemplate.ContainerSpec.Image: ") &&
                   ContainsSubstring(OpsWorld::digest('3')));
  }
}

TEST_CASE("a deploy of a plan says exactly what moved in the files", "[ops]") {
  OpsWorld world;
  world.write_project("nodes: {docker01: {a: b}}\n");
  world.write_stack("1", "    configs: [conf]\nconfigs: {conf: {content: c}}\n");
  Planner skep(world);
  skep.write();
  world.write_project("nodes: {docker01: {a: c}}\nchecks: [{url: \"http://x.example.com/\"}]\n");
  world.write_stack("2",
                    "    networks: [back]\n  other:\n    image: registry.example.com/web:1\n"
                    "networks: {back: {}}\n");
  const auto text = skep.moved();
  for (const std::string line :
       {"  the files: service shop_other is new",
        "  the files: service shop_web is another: Labels[com.docker.stack.image]: "
        "\"registry.example.com/web:1\" → \"registry.example.com/web:2\"",
        "TaskTemplate.ContainerSpec.Image: \"registry.example.com/web:1\" → "
        "\"registry.example.com/web:2\"",
        "  the files: config shop_conf is not there any more",
        "  the files: network shop_back is new", "  the files: the checks are others",
        "  the files: the node labels are others"})
    CHECK_THAT(text, ContainsSubstring(line));
}

TEST_CASE("an option that made the plan is not given again", "[ops]") {
  OpsWorld world;
  world.write_stack("1", "  extra:\n    image: registry.example.com/web:1\n");
  world.released();
  world.write_stack("1");
  Planner skep(world);
  skep.options.prune = true;
  skep.write();
  world.options.prune = true;
  CHECK(skep.refused() ==
        "--plan and --prune do not go together | the plan was made with or without it: `skep diff` "
        "takes it too");
  world.options.prune = false;
  CHECK(skep.deploy().result == Result::released);
  CHECK(world.engine.swarm().service_names() == std::vector<std::string>{"shop_web"});
  world.options.recreate = true;
  CHECK_THAT(skep.refused(), ContainsSubstring("--plan and --recreate do not go together"));
  world.options.recreate = false;
  world.options.resume = true;
  CHECK_THAT(skep.refused(), ContainsSubstring("--plan and --resume do not go together"));
  world.options.resume = false;
  world.options.tag = "x";
  CHECK_THAT(skep.refused(), ContainsSubstring("--plan and --tag do not go together"));
  world.options.tag = "";
  world.options.resolve = false;
  CHECK_THAT(skep.refused(), ContainsSubstring("--plan and --resolve-image do not go together"));
}

TEST_CASE("a plan file that cannot be trusted is refused before anything is asked", "[ops]") {
  OpsWorld world;
  Planner skep(world);
  skep.write();
  const std::string again = " | make it anew with `skep diff --out`";
  SECTION("others may read it") {
    std::filesystem::permissions(skep.path(), std::filesystem::perms(0640));
    CHECK(skep.refused() ==
          "plan file plan.json can be read by others (mode 0640) | nobody else may read or write "
          "it: chmod 600, or make it anew");
  }
  SECTION("somebody else's") {
    if (::geteuid() != 0) return;  // only root can give a file away
    REQUIRE(::chown(skep.path().c_str(), 65534, 65534) == 0);
    CHECK(skep.refused() ==
          "plan file plan.json belongs to somebody else | only a plan of your own is carried out");
  }
  SECTION("it is cut") {
    write_file(skep.path(), skep.text().substr(0, 200), 0600);
    CHECK(skep.refused() == "plan file plan.json is damaged: it is not JSON" + again);
  }
  SECTION("it is something else") {
    write_file(skep.path(), "[]", 0600);
    CHECK(skep.refused() == "plan file plan.json is no plan of skep" + again);
  }
  SECTION("somebody changed it") {
    auto text = skep.text();
    text.replace(text.find("\"prune\": false"), 14, "\"prune\": true ");
    write_file(skep.path(), text, 0600);
    CHECK(skep.refused() == "plan file plan.json is damaged: its checksum is another" + again);
  }
  SECTION("another format") {
    skep.rewrite([](Json& json) { json["format"] = 2; });
    CHECK(skep.refused() == "plan file plan.json has format 2, this skep knows format 1" + again);
  }
  SECTION("another skep") {
    skep.rewrite([](Json& json) { json["skep"] = "0.2.0"; });
    CHECK(skep.refused() ==
          "plan file plan.json was made by skep \"0.2.0\", this is skep 0.1.0" + again);
  }
  SECTION("a part is missing") {
    skep.rewrite([](Json& json) { json["options"].erase("prune"); });
    CHECK(skep.refused() == "plan file plan.json is damaged: a part of it is missing" + again);
  }
  SECTION("it is not there") {
    std::filesystem::remove(skep.path());
    CHECK(skep.refused() == "cannot read " + skep.path() + ": No such file or directory | ");
  }
}

TEST_CASE("whatever a plan file with a right checksum holds, it is refused in words", "[ops]") {
  OpsWorld world;
  world.released();
  world.write_stack("2", "    configs: [conf]\nconfigs: {conf: {content: a}}\n");
  Planner skep(world);
  skep.write();
  const auto good = skep.text();
  const auto flat = skep.document().flatten();
  std::set<std::string> pointers;
  for (const auto& [pointer, value] : flat.items()) {
    for (auto end = pointer.size(); end != 0 && end != std::string::npos;
         end = pointer.rfind('/', end - 1))
      pointers.insert(pointer.substr(0, end));
  }
  const std::vector<Json> odd = {
      nullptr, -1, "", "x\x1b[2J", Json::array(), Json::object(), 1e300, Json::array({nullptr})};
  world.options.dry_run = true;
  std::size_t cases = 0;
  std::size_t first = 0;
  const char* all = std::getenv("SKEP_LONG");
  const std::size_t step = all != nullptr && std::string(all) == "yes" ? 1 : odd.size() + 1;
  for (const auto& pointer : pointers) {
    const Json::json_pointer at(pointer);
    first = (first + 1) % step;  // a plan's hashes take their time: of each place one, in turn
    for (std::size_t i = first; i <= odd.size(); i += step) {
      write_file(skep.path(), good, 0600);
      skep.rewrite([&](Json& json) {
        if (i < odd.size()) {
          json[at] = odd[i];
        } else if (json[at.parent_pointer()].is_object()) {
          json[at.parent_pointer()].erase(at.back());
        }
      });
      ++cases;
      INFO(pointer << " case " << i);
      try {
        const auto ended = skep.deploy();
        CHECK(ended.message.find("skep itself failed") == std::string::npos);
      } catch (const Error& error) {
        CHECK(error.kind() != Kind::internal);
      }
      CHECK(world.changes().empty());
    }
  }
  CHECK(cases > 100);
}

TEST_CASE("a plan of one stack or swarm is no plan of another", "[ops]") {
  OpsWorld world;
  Planner skep(world);
  skep.write();
  SECTION("stack") {
    world.dir.write("skep.yml", "stack: other\ntemplate: ./stack.yml\n");
    CHECK(skep.moved() == "  the plan is of stack \"shop\", the files are of \"other\"");
  }
  SECTION("swarm") {
    skep.rewrite([](Json& json) { json["bound"]["swarm"] = "elsewhere"; });
    CHECK_THAT(skep.moved(), ContainsSubstring("  it is another swarm: \"elsewhere\" → \""));
  }
}

TEST_CASE("the flags --from and --out do not go together", "[ops]") {
  OpsWorld world;
  Planner skep(world);
  skep.options.from = "1";
  CHECK_THROWS_WITH(skep.write(), ContainsSubstring("--from and --out do not go together"));
}

}  // namespace skep
