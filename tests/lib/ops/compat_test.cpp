// How a Compose file is read: what the command line, skep.yml, the records and the cluster say.
#include "deploy/compat.hpp"

#include "release/records.hpp"
#include "swarm/record.hpp"
#include "world.hpp"

using namespace skep;
using deploy::StackReading;
using swarm::RecordState;
using test::OpsWorld;

namespace {

release::Kept kept(std::uint64_t number, RecordState state, Compat compat = Compat::none) {
  release::Kept result;
  result.state = state;
  result.record.number = number;
  result.record.compat = compat;
  return result;
}

std::vector<std::string> notes(const OpsWorld& world) {
  std::vector<std::string> result;
  for (const auto& note : world.events.all<Note>()) result.push_back(note.text);
  return result;
}

bool noted(const OpsWorld& world, const std::string& text) {
  const auto all = notes(world);
  return std::find(all.begin(), all.end(), text) != all.end();
}

/// What docker would have made of write_stack("1").
void docker_made_it(OpsWorld& world) {
  world.engine.swarm().add_service(
      {{"Name", "shop_web"},
       {"Labels",
        {{"com.docker.stack.namespace", "shop"},
         {"com.docker.stack.image", "registry.example.com/web:1"}}},
       {"Mode", {{"Replicated", {{"Replicas", 2}}}}},
       {"TaskTemplate",
        {{"ContainerSpec",
          {{"Image", OpsWorld::pinned('1')}, {"Labels", {{"com.docker.stack.namespace", "shop"}}}}},
         {"Placement", {{"Platforms", Json::array()}}}}}});
}

std::string error_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return std::string(error.what()) + "\nhint: " + error.hint();
  }
  return "no error";
}

}  // namespace

TEST_CASE("the last released record decides, else the newest, else who made the services",
          "[ops]") {
  CHECK(deploy::reading_of({}, false) == StackReading{});
  CHECK(deploy::reading_of({}, true) == StackReading{Compat::docker, "docker made this stack"});
  CHECK(deploy::reading_of({kept(1, RecordState::released, Compat::docker)}, true) ==
        StackReading{Compat::docker, "as in r1"});
  CHECK(deploy::reading_of({kept(1, RecordState::released)}, true) == StackReading{});
  CHECK(deploy::reading_of(
            {kept(1, RecordState::released, Compat::docker), kept(2, RecordState::restored)},
            true) == StackReading{Compat::docker, "as in r1"});
  CHECK(deploy::reading_of({kept(1, RecordState::interrupted)}, true) == StackReading{});
  CHECK(deploy::reading_of(
            {kept(1, RecordState::released, Compat::docker), kept(2, RecordState::released)},
            true) == StackReading{});
}

TEST_CASE("a record keeps how the file was read, and an older one without the field is skep's own",
          "[ops]") {
  swarm::Record record;
  record.compat = Compat::docker;
  CHECK(swarm::decode_record(swarm::encode(record)).compat == Compat::docker);
  CHECK(swarm::decode_record(swarm::encode(swarm::Record{})).compat == Compat::none);
}

TEST_CASE("a stack that docker made is read as docker reads it, and stays so", "[ops]") {
  OpsWorld world;
  docker_made_it(world);
  world.write_stack("2", "    restart: \"no\"\n    tmpfs: /run\n");
  world.released();
  CHECK(noted(world,
              "read as docker reads it (docker made this stack); `--compat none` ends that, and "
              "says what it changes"));
  const auto spec = world.engine.swarm().service("shop_web")["Spec"];
  CHECK_FALSE(spec["TaskTemplate"].contains("RestartPolicy"));
  CHECK_FALSE(spec["TaskTemplate"]["ContainerSpec"].contains("Mounts"));
  REQUIRE(world.records().size() == 1);
  CHECK(world.records()[0].record.compat == Compat::docker);
  CHECK(world.release().result == Result::unchanged);
  CHECK(noted(world,
              "read as docker reads it (as in r1); `--compat none` ends that, and says what it "
              "changes"));
}

TEST_CASE(
    "giving up docker's reading with --compat none lists what it changes, and the record keeps it",
    "[ops]") {
  OpsWorld world;
  docker_made_it(world);
  world.write_stack("1", "    restart: \"no\"\n");
  world.options.project.compat = Compat::none;
  world.released();
  CHECK(noted(world,
              "no longer read as docker reads it (docker made this stack); that changes:\n"
              "  web: TaskTemplate.RestartPolicy.Condition: not set → \"none\""));
  const auto spec = world.engine.swarm().service("shop_web")["Spec"];
  CHECK(spec["TaskTemplate"]["RestartPolicy"]["Condition"].get<std::string>() == "none");
  world.options.project.compat.reset();
  world.engine.forget_calls();
  CHECK(world.release().result == Result::unchanged);
  CHECK(world.records().back().record.compat == Compat::none);
}

TEST_CASE("giving it up for a file that both read alike says so", "[ops]") {
  OpsWorld world;
  docker_made_it(world);
  world.options.project.compat = Compat::none;
  world.released();
  CHECK(noted(world,
              "no longer read as docker reads it (docker made this stack); that changes nothing"));
}

TEST_CASE("giving it up for a file that docker cannot read says so", "[ops]") {
  OpsWorld world;
  docker_made_it(world);
  world.write_stack("1", "    platform: linux/amd64\n");
  world.options.project.compat = Compat::none;
  CHECK(project::load(world.options.project, world.env).compat == Compat::none);
  world.release();
  CHECK(noted(world,
              "no longer read as docker reads it (docker made this stack); docker could not read "
              "this file any more"));
}

TEST_CASE("scale keeps how the file was read", "[ops]") {
  OpsWorld world;
  docker_made_it(world);
  world.write_stack("2");
  world.released();
  project::Loaded loaded;
  loaded.stack = "shop";
  deploy::Situation situation;
  situation.records = world.records();
  CHECK(deploy::compat_now(loaded, situation) == Compat::docker);
  loaded.compat = Compat::none;
  CHECK(deploy::compat_now(loaded, situation) == Compat::none);
}

TEST_CASE("skep.yml says how the Compose file is read, and the flag says it louder", "[ops]") {
  OpsWorld world;
  world.write_project("compat: docker\n");
  CHECK(project::load(world.options.project, world.env).compat == Compat::docker);
  world.options.project.compat = Compat::none;
  CHECK(project::load(world.options.project, world.env).compat == Compat::none);
}

TEST_CASE("docker's reading knows no .env, and a missing variable is blank", "[ops]") {
  OpsWorld world;
  world.dir.write(".env", "FROM_FILE=x\n");
  world.write_stack("1", "    hostname: \"a${FROM_FILE}b\"\n    user: \"${MISSING}\"\n");
  world.options.project.compat = Compat::docker;
  const auto docker = project::load(world.options.project, world.env);
  const auto spec = docker.desired.services.front().spec.json()["TaskTemplate"]["ContainerSpec"];
  CHECK(spec["Hostname"].get<std::string>() == "ab");
  CHECK_FALSE(spec.contains("User"));
  world.options.project.compat.reset();
  world.write_stack("1", "    hostname: \"a${FROM_FILE}b\"\n");
  const auto own = project::load(world.options.project, world.env);
  CHECK(own.desired.services.front()
            .spec.json()["TaskTemplate"]["ContainerSpec"]["Hostname"]
            .get<std::string>() == "axb");
}

TEST_CASE("a stack that docker made, in a shell without its variables, is told of each", "[ops]") {
  OpsWorld world;
  docker_made_it(world);
  world.dir.write(".env", "OTHER=1\nDB=x y\n");
  world.write_stack("1", "    environment: {DB: $DB}\n");
  world.released();
  CHECK(noted(world,
              "read as docker reads it (docker made this stack); `--compat none` ends that, and "
              "says what it changes"));
  const auto warned = world.events.all<Warned>();
  REQUIRE(warned.size() == 1);
  CHECK(format(warned.front().diagnostic) ==
        "./stack.yml:5:23: warning: services.web.environment.DB: the variable DB is not set: it is "
        "blank, as docker has it\n"
        "  hint: .env:2 has it, but docker reads no .env: export it, or say --compat none");
}

TEST_CASE("how the files are read is noted before what is wrong with them", "[ops]") {
  OpsWorld world;
  docker_made_it(world);
  world.dir.write(".env", "TAG=1\n");
  world.dir.write("stack.yml", "services: {web: {image: 'nginx:${TAG}'}}\n");
  const std::string error = error_of([&] { world.release(); });
  CHECK(error.find("\"nginx:\" is no image reference (the variable TAG is not set)") !=
        std::string::npos);
  CHECK(error.find(".env:1 has it, but docker reads no .env") != std::string::npos);
  CHECK(notes(world).size() == 1);
  SECTION("and --env-file is refused with the reason, not with a flag that nobody said") {
    world.options.project.env_files = {".env"};
    CHECK(error_of([&] { world.release(); }) ==
          "--env-file does not go with this stack, which is read as docker reads it (docker made "
          "this stack): docker reads no such file\n"
          "hint: export the variables, or say --compat none");
  }
}

TEST_CASE("docker's reading does not go with a template, nor with --env-file", "[ops]") {
  OpsWorld world;
  world.options.project.compat = Compat::docker;
  world.options.project.env_files = {"some.env"};
  world.dir.write("some.env", "A=1\n");
  CHECK(error_of([&] { project::load(world.options.project, world.env); }) ==
        "--env-file does not go with --compat docker: docker reads no such file\n"
        "hint: export the variables, or say --compat none");
  world.options.project.env_files.clear();
  world.dir.write("skep.yml", "stack: shop\ntemplate: web\nvalues: {image: x, port: 1}\n");
  CHECK(error_of([&] { project::load(world.options.project, world.env); }) ==
        "--compat docker: docker reads no template\n"
        "hint: leave the flag out, or name a Compose file as template: ./stack.yml");
}

TEST_CASE("an engine that cannot be asked is said after the mistakes in the files", "[ops]") {
  OpsWorld world;
  world.engine.plant({.method = "GET", .path = "/configs", .status = 400});
  world.write_stack("1", "    imge: y\n");
  CHECK_THROWS_AS(world.release(), Error);
  world.engine.plant({.method = "GET", .path = "/configs", .status = 400});
  world.write_stack("1");
  const auto ended = world.release();
  CHECK(ended.exit == 1);
  CHECK(ended.result == Result::failed);
}

TEST_CASE("as docker reads it, an image that no registry knows is deployed, and told once",
          "[ops]") {
  OpsWorld world;
  docker_made_it(world);
  world.dir.write("stack.yml",
                  "services:\n  web:\n    image: registry.example.com/away:1\n"
                  "    deploy: {replicas: 2}\n");
  world.released();
  CHECK(world.image() == "registry.example.com/away:1");
  std::size_t told = 0;
  for (const auto& warned : world.events.all<Warned>())
    told += warned.diagnostic.message.find("is deployed without a digest") != std::string::npos;
  CHECK(told == 1);
}
