#include "deploy/load.hpp"

#include "world.hpp"

using namespace skep;
using test::OpsWorld;

TEST_CASE("what is secret in a project's files is known before anything is printed", "[ops]") {
  OpsWorld world;
  world.dir.write("key", "content-of-the-secret\n");
  world.dir.write(".env", "DB_PASS=from-the-env-file\nTAG=version-1\n");
  world.dir.write("skep.yml", "stack: shop\ntemplate: ./stack.yml\n");
  world.dir.write("stack.yml",
                  "services:\n  web:\n    image: registry.example.com/shop/web:1\n    labels: "
                  "{tag: \"${TAG}\"}\n"
                  "    environment: {A: \"${DB_PASS}\", apiKey: written-in-the-file, AUTH_MODE: "
                  "\"none\", TOKEN_TTL: required}\n"
                  "    secrets: [s]\nsecrets: {s: {file: ./key}}\n");
  deploy::Deps deps(world.env, world.clock, world.events, {}, {}, test::lend(world.engine));
  deploy::load(deps, project::Options{});
  const auto& redactor = deps.events.redactor();
  CHECK(redactor("content-of-the-secret, from-the-env-file, written-in-the-file") ==
        "***, ***, ***");
  CHECK(redactor("version-1 none required") == "version-1 none required");
}
