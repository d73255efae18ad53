// Verbs that change something, each with a success and its most likely failure; what -o json ends
// with; and that no secret is ever printed.
#include "base/hash.hpp"
#include "cli.hpp"
#include "cmd/verbs.hpp"
#include "support/fake_server.hpp"
#include "support/hostile_engine.hpp"
#include "support/second_reader.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <unistd.h>

using namespace skep;
using namespace std::chrono_literals;
using test::Cli;

namespace {

/// A build session's other end: reads until it is closed.
void read_to_the_end(const test::Call&, int fd) {
  std::array<char, 1024> buffer{};
  while (::read(fd, buffer.data(), buffer.size()) > 0) {
  }
  ::close(fd);
}

void write_built_project(Cli& cli, const std::string& more = "") {
  cli.dir.write("skep.yml", "stack: shop\ntemplate: ./stack.yml\n" + more);
  cli.dir.write("Dockerfile", "FROM scratch\n");
  cli.dir.write(
      "stack.yml",
      "services:\n  web:\n    image: registry.example.com/shop/web\n    build: {context: .}\n");
  cli.dir.write(".dockerignore", "skep.yml\nstack.yml\n");
  cli.engine.on_upgrade = read_to_the_end;
  cli.engine.swarm().build_stream = {
      {{"id", "moby.image.id"}, {"aux", {{"ID", "sha256:" + std::string(64, 'c')}}}}};
}

int builds(const Cli& cli) {
  int count = 0;
  for (const auto& line : cli.engine.writes()) count += line == "POST /build" ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("init writes a project, and names what is left to say", "[cmd]") {
  Cli cli;
  cli.dir.write("shop/Dockerfile", "FROM scratch\nEXPOSE 8081/tcp\nHEALTHCHECK CMD true\n");
  const auto result = cli.run({"init", "shop", "--image", "registry.example.com/shop/web"});
  CHECK(result.exit == 0);
  test::cmd_golden("init.txt", cli.without_folder(result.out));
  const auto written = read_file(cli.dir.path() + "/shop/skep.yml");
  test::cmd_golden("init.yml", written);
  CHECK(test::read_by_both(written).find("stack")->as_string() == "shop");
  CHECK_THAT(cli.run({"lint", "-f", "shop/skep.yml"}).out,
             ContainsSubstring("error: values.networks: the template web needs it"));
  const auto lint = cli.run({"lint", "-f", "shop/skep.yml", "--set", "values.networks=[frontend]"});
  INFO(lint.out << lint.err);
  CHECK(lint.exit == 0);
  SECTION("a second time is refused, and can be forced") {
    const auto again = cli.run({"init", "shop"});
    CHECK(again.exit == 2);
    CHECK(cli.without_folder(again.err) ==
          "error: FOLDER/shop/skep.yml is there already\n  hint: --force replaces it\n");
    CHECK(cli.run({"init", "shop", "--force"}).exit == 0);
  }
  SECTION("an unknown template") {
    CHECK(cli.run({"init", "--template", "wbe"}).exit == 2);
  }
}

TEST_CASE("release: released, then unchanged", "[cmd]") {
  Cli cli;
  cli.write_project();
  const auto first = cli.run({"release"});
  CHECK(first.exit == 0);
  CHECK_THAT(first.out, ContainsSubstring("shop: released r1 in "));
  test::cmd_golden("release_err.txt", first.err);
  const auto second = cli.run({"release"});
  CHECK(second.exit == 0);
  CHECK_THAT(second.out,
             ContainsSubstring("shop: unchanged") && ContainsSubstring("nothing to change"));
}

TEST_CASE("release: a first one that fails leaves nothing, and says so", "[cmd]") {
  Cli cli;
  cli.write_project();
  cli.database.others = [](const Json&) { return test::crashes_after(1s, 3, "no such table\n"); };
  const auto result = cli.run({"release"});
  CHECK(result.exit == 4);
  CHECK_THAT(result.out,
             ContainsSubstring("shop: restored r1") && ContainsSubstring("nothing is left of it"));
  CHECK_THAT(result.err, ContainsSubstring("exit code 3") && ContainsSubstring("no such table"));
  CHECK(cli.engine.swarm().service_names().empty());
}

TEST_CASE("release builds and pushes what has build:, once for one content", "[cmd]") {
  Cli cli;
  write_built_project(cli);
  const auto result = cli.run({"release", "--tag", "v1"});
  INFO(result.err);
  CHECK(result.exit == 0);
  CHECK(builds(cli) == 1);
  const auto image =
      cli.engine.swarm().service("shop_web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"];
  CHECK_THAT(image.get<std::string>(),
             ContainsSubstring("registry.example.com/shop/web:v1@sha256:"));
  cli.engine.forget_calls();
  const auto again = cli.run({"release", "--tag", "v1"});
  CHECK(again.exit == 0);
  CHECK(cli.engine.writes().empty());
}

TEST_CASE("a service that names an image which another builds gets what was just built", "[cmd]") {
  Cli cli;
  write_built_project(cli);
  // What the registry has under these names is older.
  for (const auto* old :
       {"registry.example.com/shop/web:latest", "registry.example.com/shop/web:v1"})
    cli.engine.swarm().add_image(old, test::kDigest);
  cli.dir.write("stack.yml",
                "services:\n"
                "  web: {image: registry.example.com/shop/web, build: {context: .}}\n"
                "  worker: {image: 'registry.example.com/shop/web:latest'}\n"
                "  cron: {image: registry.example.com/shop/web}\n"
                "  named: {image: 'registry.example.com/shop/web:v1'}\n"
                "  other: {image: 'registry.example.com/shop/web:1'}\n");
  const auto image_of = [&](const std::string& service) {
    return cli.engine.swarm()
        .service("shop_" + service)["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]
        .get<std::string>();
  };
  const auto check = [&](const std::vector<std::string>& args) {
    const auto result = cli.run(args);
    INFO(result.err << result.out);
    CHECK(result.exit == 0);
    const auto built = image_of("web");
    CHECK_THAT(built, ContainsSubstring("registry.example.com/shop/web:v1@sha256:"));
    CHECK(built.find(test::kDigest) == std::string::npos);
    CHECK(image_of("worker") == built);
    CHECK(image_of("cron") == built);
    CHECK(image_of("named") == built);
    CHECK(image_of("other") == test::kWebImage + "@" + test::kDigest);
  };
  check({"release", "--tag", "v1"});
  CHECK(builds(cli) == 1);
  check({"deploy", "--tag", "v1"});
  CHECK(cli.run({"diff", "--tag", "v1", "--exit-code"}).exit == 0);
}

TEST_CASE("Docker Hub's names are one, however they are spelt", "[cmd]") {
  Cli cli;
  write_built_project(cli);
  cli.dir.write("stack.yml",
                "services:\n"
                "  web: {image: app, build: {context: .}}\n"
                "  a: {image: 'docker.io/library/app:latest'}\n"
                "  b: {image: 'library/app'}\n"
                "  c: {image: 'index.docker.io/library/app'}\n");
  const auto result = cli.run({"release", "--tag", "v1"});
  INFO(result.err);
  CHECK(result.exit == 0);
  std::set<std::string> images;
  for (const auto* service : {"shop_web", "shop_a", "shop_b", "shop_c"}) {
    images.insert(cli.engine.swarm()
                      .service(service)["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]
                      .get<std::string>());
  }
  CHECK(images.size() == 1);
}

TEST_CASE("what stands in the way of a build is said where something is built", "[cmd]") {
  Cli cli;
  write_built_project(cli);
  cli.dir.write("stack.yml",
                "services:\n  web:\n    image: registry.example.com/shop/web:1\n"
                "    build: {context: ., network: host}\n");
  const std::string problem =
      "stack.yml:4:25: error: services.web.build.network: is not done, and the image would be "
      "another without it\n";
  const auto lint = cli.run({"lint"});
  CHECK(lint.exit == 2);
  CHECK_THAT(lint.out, ContainsSubstring(problem));
  for (const auto* verb : {"release", "deploy", "build"}) {
    INFO(verb);
    const auto result = cli.run({verb});
    CHECK(result.exit == 2);
    CHECK_THAT(result.err, ContainsSubstring(problem));
    CHECK(cli.engine.writes().empty());
  }
  // Nothing is built: the image is deployed as it is written.
  CHECK(cli.run({"deploy", "--resolve-image", "never"}).exit == 0);
  CHECK(cli.run({"config"}).exit == 0);
}

TEST_CASE("a file that asks for a build without the cache is built in each release", "[cmd]") {
  Cli cli;
  write_built_project(cli);
  cli.dir.write("stack.yml",
                "services:\n  web:\n    image: registry.example.com/shop/web\n"
                "    build: {context: ., no_cache: true}\n");
  CHECK(cli.run({"release", "--tag", "v1"}).exit == 0);
  CHECK(cli.run({"release", "--tag", "v1"}).exit == 0);
  CHECK(builds(cli) == 2);
  // deploy builds nothing, and takes what was built.
  CHECK(cli.run({"deploy", "--tag", "v1"}).exit == 0);
  CHECK(builds(cli) == 2);
}

TEST_CASE("a list of problems is printed once, also where both outputs go to one log", "[cmd]") {
  Cli cli;
  cli.write_project();
  const auto count = [](const std::string& text, const std::string& word) {
    int found = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
    return found;
  };
  SECTION("mistakes in the files") {
    cli.dir.write("stack.yml", "services: {web: {imag: x, image: y, ports: [x]}}\n");
    const std::vector<std::vector<std::string>> ways{{"release"}, {"release", "-o", "json"}};
    for (const auto& args : ways) {
      const auto result = cli.run(args);
      INFO(result.err << result.out);
      CHECK(result.exit == 2);
      CHECK(count(result.out + result.err, "unknown key") == 1);
      CHECK(count(result.out + result.err, "services.web.ports[0]") == 1);
      CHECK_THAT(result.err, ContainsSubstring("error: skep.yml: 2 problems\n"));
    }
  }
  SECTION("what the swarm cannot carry") {
    cli.dir.write("stack.yml",
                  "services: {web: {image: '" + test::kWebImage +
                      "', networks: [a, b]}}\nnetworks: {a: {external: true}, b: {external: true}}"
                      "\n");
    const auto result = cli.run({"release"});
    INFO(result.err << result.out);
    CHECK(result.exit == 1);
    CHECK(count(result.out + result.err, "networks.a") == 1);
    CHECK(count(result.out + result.err, "networks.b") == 1);
    CHECK_THAT(result.out, ContainsSubstring("cannot be deployed on this swarm: 2 problems\n"));
  }
}

TEST_CASE("deploy takes docker stack deploy's words and builds nothing", "[cmd]") {
  Cli cli;
  cli.write_project();
  SECTION("a Compose file alone") {
    const auto result = cli.run({"deploy", "-c", "stack.yml", "--with-registry-auth", "pets"});
    INFO(result.err);
    CHECK(result.exit == 0);
    CHECK_THAT(result.out, ContainsSubstring("pets: released r1"));
    CHECK(cli.engine.swarm().service_names() == std::vector<std::string>{"pets_web"});
  }
  SECTION("without a name") {
    const auto result = cli.run({"deploy", "-c", "stack.yml"});
    CHECK(result.exit == 2);
    CHECK(result.err ==
          "error: the stack has no name\n  hint: skep VERB -c stack.yml NAME, or `name:` in the "
          "file\n");
  }
  SECTION("the name of another project") {
    const auto result = cli.run({"deploy", "pets"});
    CHECK(result.exit == 2);
    CHECK_THAT(
        result.err,
        ContainsSubstring("error: skep.yml is the project of stack \"shop\", not of \"pets\""));
  }
  SECTION("an image that was not built yet") {
    write_built_project(cli);
    const auto result = cli.run({"deploy"});
    CHECK(result.exit == 1);
    CHECK_THAT(result.err,
               ContainsSubstring("is not in the registry, and this verb builds nothing"));
    CHECK(cli.engine.writes().empty());
  }
  SECTION("an image whose source is on another machine") {
    cli.dir.write("stack.yml",
                  "services:\n  web:\n    image: " + test::kWebImage + "\n    build: ./not-here\n");
    CHECK_THAT(cli.without_folder(cli.run({"lint"}).out),
               ContainsSubstring(
                   "stack.yml:4:12: notice: services.web.build: the folder FOLDER/not-here is not "
                   "on this machine: `deploy` takes the image that is there\n"
                   "  hint: `release` and `build` need the folder\n"));
    CHECK(cli.run({"diff", "--exit-code"}).exit == 3);
    CHECK(cli.run({"deploy"}).exit == 0);
    CHECK(
        cli.engine.swarm().service("shop_web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] ==
        test::kWebImage + "@" + test::kDigest);
    const auto release = cli.run({"release"});
    CHECK(release.exit == 2);
    CHECK_THAT(cli.without_folder(release.err),
               ContainsSubstring("there is no Dockerfile FOLDER/not-here/Dockerfile"));
  }
  SECTION("images as written") {
    CHECK(cli.run({"deploy", "--resolve-image", "never"}).exit == 0);
    CHECK(cli.engine.swarm().service(
              "shop_web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] == test::kWebImage);
  }
  SECTION("two Compose files") {
    cli.dir.write("more.yml", "services: {web: {deploy: {replicas: 5}}}\n");
    CHECK(cli.run({"deploy", "-c", "stack.yml", "-c", "more.yml", "pets"}).exit == 0);
    CHECK(cli.engine.swarm().service("pets_web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 5);
    SECTION("with a mistake in each") {
      cli.dir.write("stack.yml", "services: {web: {imag: x}}\n");
      cli.dir.write("more.yml", "services: {web: {image: x, deploy: {replicas: many}}}\n");
      const auto result = cli.run({"deploy", "-c", "stack.yml", "-c", "more.yml", "pets"});
      CHECK(result.exit == 2);
      CHECK(result.err ==
            "error: stack.yml, more.yml: 2 problems\n"
            "more.yml:1:47: error: services.web.deploy.replicas: must be an integer, or live, not "
            "\"many\"\n"
            "stack.yml:1:18: error: services.web.imag: unknown key\n"
            "  hint: did you mean \"image\"?\n");
    }
    SECTION("standard input twice") {
      CHECK(cli.run({"deploy", "-c", "-", "-c", "-", "pets"}).err ==
            "error: \"-c -\" is there twice\n  hint: standard input is read once\n");
    }
  }
}

TEST_CASE("build and push print what was built", "[cmd]") {
  Cli cli;
  SECTION("push") {
    write_built_project(cli);
    const auto result = cli.run({"push", "--tag", "v1"});
    INFO(result.err);
    CHECK(result.exit == 0);
    CHECK_THAT(result.out, ContainsSubstring("web registry.example.com/shop/web:v1@sha256:"));
    const auto again = cli.run({"push", "--tag", "v1", "-o", "json"});
    CHECK(again.exit == 0);
    CHECK(again.last()[0]["service"] == "web");
    CHECK(builds(cli) == 1);
    CHECK(cli.run({"push", "--tag", "v1", "--no-cache"}).exit == 0);
    CHECK(builds(cli) == 2);
  }
  SECTION("build") {
    write_built_project(cli);
    const auto result = cli.run({"build"});
    CHECK(result.exit == 0);
    CHECK_THAT(result.out, ContainsSubstring("web registry.example.com/shop/web:skep-"));
    for (const auto& line : cli.engine.writes()) CHECK(line.find("/push") == std::string::npos);
  }
  SECTION("a build that fails") {
    write_built_project(cli);
    cli.engine.swarm().build_stream = {
        {{"error", "process \"/bin/sh -c false\" did not complete"},
         {"errorDetail", {{"message", "process did not complete"}}}}};
    const auto result = cli.run({"push"});
    CHECK(result.exit == 1);
    CHECK_THAT(result.err, ContainsSubstring("error: build service \"web\": "));
  }
  SECTION("a tag that is none") {
    write_built_project(cli);
    const auto result = cli.run({"push", "--tag", "a b"});
    CHECK(result.exit == 2);
    CHECK_THAT(result.err, ContainsSubstring("\"a b\" is no tag of an image"));
  }
  SECTION("nothing to build") {
    cli.write_project();
    const auto result = cli.run({"build"});
    CHECK(result.exit == 2);
    CHECK(result.err ==
          "error: no service of stack \"shop\" has `build:`\n  hint: there is nothing to build\n");
  }
}

TEST_CASE("check runs the project's checks", "[cmd]") {
  Cli cli;
  SECTION("good") {
    test::FakeServer server([](int fd) {
      if (!test::read_head(fd).empty()) test::write_all(fd, test::answer_text("[]"));
    });
    cli.write_project("checks:\n  - {url: 'http://shop.example.com/', connect: '" +
                      server.tcp_address() + "'}\n");
    const auto result = cli.run({"check"});
    CHECK(result.exit == 0);
    CHECK_THAT(result.out, ContainsSubstring("shop: unchanged") && ContainsSubstring("1 good"));
  }
  SECTION("bad") {
    test::FakeServer server([](int fd) {
      if (!test::read_head(fd).empty()) test::write_all(fd, test::answer_text("no", 503));
    });
    cli.write_project("checks:\n  - {url: 'http://shop.example.com/', connect: '" +
                      server.tcp_address() + "'}\n");
    const auto result = cli.run({"check", "--timeout", "3s", "-o", "json"});
    CHECK(result.exit == 1);
    CHECK(result.last()["cause"] == "check");
    CHECK_THAT(result.last()["message"].get<std::string>(), ContainsSubstring("503"));
  }
  SECTION("none") {
    cli.write_project();
    const auto result = cli.run({"check"});
    CHECK(result.exit == 2);
    CHECK(result.err ==
          "error: skep.yml has no checks\n  hint: `checks:` lists URLs that must answer\n");
  }
}

TEST_CASE("rm leaves nothing of a stack", "[cmd]") {
  Cli cli;
  cli.write_project();
  SECTION("that is there") {
    REQUIRE(cli.run({"release"}).exit == 0);
    const auto result = cli.run({"rm"});
    INFO(result.err);
    CHECK(result.exit == 0);
    CHECK_THAT(result.out, ContainsSubstring("shop: released") &&
                               ContainsSubstring("removed; nothing of it is left\n"));
    CHECK(cli.engine.swarm().service_names().empty());
    CHECK(cli.engine.swarm().configs.empty());
    CHECK(cli.engine.swarm().names(cli.engine.swarm().networks) ==
          std::vector<std::string>{"bridge", "host", "ingress", "none"});
  }
  SECTION("with the lock held to the end") {
    REQUIRE(cli.run({"release"}).exit == 0);
    std::string lock;
    for (const auto& [id, config] : cli.engine.swarm().configs) {
      if (config["Spec"]["Name"] == "skep.shop.lock") lock = id;
    }
    cli.engine.forget_calls();
    REQUIRE(cli.run({"rm"}).exit == 0);
    auto writes = cli.engine.writes();
    std::erase_if(writes, [](const std::string& line) { return !line.starts_with("DELETE"); });
    CHECK(writes.back() == "DELETE /configs/" + lock);
  }
  SECTION("and says what stays") {
    cli.write_database_project();
    cli.dir.write("stack.yml", "services:\n  web:\n    image: " + test::kWebImage +
                                   "\n    volumes: ['two:/b', 'one:/a', '/anonymous']\n"
                                   "volumes: {one: {}, two: {}}\n");
    const auto released = cli.run({"release"});
    INFO(released.err);
    REQUIRE(released.exit == 0);
    CHECK_THAT(cli.run({"rm"}).out,
               ContainsSubstring("removed; the volumes shop_one, shop_two stay on their nodes; the "
                                 "database and its users stay\n"));
  }
  SECTION("that is not") {
    const auto result = cli.run({"rm", "shop", "-o", "json"});
    CHECK(result.exit == 1);
    CHECK_THAT(result.err, ContainsSubstring("there is no stack \"shop\" on this swarm"));
    CHECK(result.last()["event"] == "outcome");
    CHECK(cli.engine.writes().empty());
  }
}

TEST_CASE("unlock says whose lock it was, a release says whose it is", "[cmd]") {
  Cli cli;
  cli.write_project();
  CHECK(cli.run({"unlock"}).out == "shop: nobody holds the lock\n");
  REQUIRE(cli.run({"release"}).exit == 0);
  auto& configs = cli.engine.swarm().configs;
  const auto lock = std::find_if(configs.begin(), configs.end(), [](const auto& entry) {
    return entry.second["Spec"]["Name"] == "skep.shop.lock";
  });
  REQUIRE(lock != configs.end());
  auto& labels = lock->second["Spec"]["Labels"];
  labels["skep.state"] = "held";
  labels["skep.holder"] = "you@there";
  labels["skep.run"] = "another";
  cli.dir.write("stack.yml",
                "services: {web: {image: '" + test::kWebImage + "', command: other}}\n");
  // Its holder is alive: it beats while we look.
  auto beat = cli.clock.now();
  auto& object = lock->second;
  cli.engine.before = [&](const test::Call&) {
    if (cli.clock.now() - beat < 10s) return;
    beat = cli.clock.now();
    object["Version"]["Index"] = object["Version"]["Index"].get<int>() + 1;
    object["UpdatedAt"] = format_utc(cli.clock.wall());
  };
  const auto locked = cli.run({"release"});
  CHECK(locked.exit == 6);
  CHECK_THAT(locked.out,
             ContainsSubstring("shop: locked") && ContainsSubstring("locked by you@there since"));
  CHECK_THAT(locked.err, ContainsSubstring("skep unlock shop"));
  CHECK_THAT(cli.run({"unlock"}).out,
             ContainsSubstring("shop: freed; you@there had held it since"));
  CHECK(cli.run({"release"}).exit == 0);
}

TEST_CASE("mongo ensure and status", "[cmd]") {
  Cli cli;
  SECTION("a project without users") {
    cli.write_project();
    for (const std::string verb : {"ensure", "status"}) {
      const auto result = cli.run({"mongo", verb});
      CHECK(result.exit == 2);
      CHECK_THAT(result.err, ContainsSubstring("error: skep.yml names no database users"));
    }
  }
  SECTION("a stack that is not deployed") {
    cli.write_database_project();
    const auto result = cli.run({"mongo", "ensure"});
    CHECK(result.exit == 1);
    CHECK_THAT(result.out, ContainsSubstring("stack \"shop\" is not deployed"));
    const auto status = cli.run({"mongo", "status"});
    CHECK(status.exit == 1);
    CHECK(status.out ==
          "kitten: user \"kitten\" is not there (primary mongo01:27017, MongoDB 7.0.14; roles )\n");
  }
  SECTION("a stack that is") {
    cli.write_database_project();
    REQUIRE(cli.run({"release"}).exit == 0);
    const auto status = cli.run({"mongo", "status"});
    CHECK(status.exit == 0);
    CHECK(status.out ==
          "kitten: login works, roles are right (primary mongo01:27017, MongoDB 7.0.14; roles "
          "readWrite)\n");
    cli.engine.forget_calls();
    const auto nothing = cli.run({"mongo", "ensure"});
    CHECK(nothing.exit == 0);
    CHECK_THAT(nothing.out, ContainsSubstring("shop: unchanged"));
    cli.database.users["kitten"].roles.clear();
    CHECK(cli.run({"mongo", "status"}).exit == 1);
    const auto ensured = cli.run({"mongo", "ensure"});
    INFO(ensured.out << ensured.err);
    CHECK(ensured.exit == 0);
    CHECK(cli.database.users["kitten"].roles == std::vector<std::string>{"readWrite"});
  }
  SECTION("--timeout is the database task's") {
    cli.write_database_project();
    REQUIRE(cli.run({"release"}).exit == 0);
    cli.engine.swarm().on_task([](const Json&) { return test::stays_pending(); });
    const auto start = cli.clock.now();
    const auto result = cli.run({"mongo", "ensure", "--timeout", "7s"});
    CHECK(result.exit == 1);
    CHECK_THAT(result.out + result.err, ContainsSubstring("no suitable node"));
    CHECK(cli.clock.now() - start >= std::chrono::seconds(7));
    CHECK(cli.clock.now() - start < std::chrono::seconds(20));
  }
  SECTION("a wrong admin password") {
    cli.write_database_project();
    cli.database.admin_password = "another";
    const auto result = cli.run({"mongo", "status"});
    CHECK(result.exit == 1);
    CHECK_THAT(result.err, ContainsSubstring("the password or the user is wrong"));
  }
}

TEST_CASE("how long tasks must run before they count can be said", "[cmd]") {
  Cli cli;
  cli.write_project();
  const auto took = [&](const std::vector<std::string>& words) {
    const auto start = cli.clock.now();
    const auto result = cli.run(words);
    INFO(result.out << result.err);
    CHECK(result.exit == 0);
    return std::pair(cli.clock.now() - start, result.err);
  };
  const auto [at_once, first] = took({"release", "--hold", "0s"});
  CHECK(at_once < 3s);
  CHECK_THAT(first, !ContainsSubstring("it must hold"));
  const auto [restarted, second] = took({"restart", "web", "-s", "shop", "--hold", "1m"});
  CHECK(restarted > 1min);
  CHECK_THAT(second, ContainsSubstring("it must hold for 1m0s"));
  const auto [scaled, third] = took({"scale", "web=3", "-s", "shop"});
  CHECK(scaled > 10s);
  CHECK(scaled < 12s);
  CHECK_THAT(third, ContainsSubstring("it must hold for 10s"));
  cli.engine.forget_calls();
  const auto refused = cli.run({"restart", "web", "-s", "shop", "--hold", "10m"});
  CHECK(refused.exit == 2);
  CHECK(refused.err ==
        "error: --hold 10m0s leaves no time of --timeout 10m0s\n  hint: give a longer --timeout\n");
  CHECK(cli.engine.calls().empty());
}

TEST_CASE("node label sets, removes and prints", "[cmd]") {
  Cli cli;
  CHECK(cli.run({"node", "label", "docker01"}).out == "docker01: no labels\n");
  CHECK(cli.run({"node", "label", "docker01", "usage=apps", "zone=a"}).out ==
        "docker01: usage=apps zone=a\n");
  CHECK(cli.run({"node", "label", "docker01", "zone-", "-o", "json"}).last()["labels"] ==
        Json{{"usage", "apps"}});
  cli.engine.forget_calls();
  CHECK(cli.run({"node", "label", "docker01", "usage=apps"}).exit == 0);
  CHECK(cli.engine.writes().empty());
  const auto none = cli.run({"node", "label", "docker09", "a=b"});
  CHECK(none.exit == 1);
  CHECK_THAT(none.err, ContainsSubstring("docker09"));
  const auto wrong = cli.run({"node", "label", "docker01", "=b"});
  CHECK(wrong.exit == 2);
  CHECK(wrong.err ==
        "error: \"=b\" is no change of a label\n  hint: KEY=VALUE sets one, KEY- removes it\n");
}

TEST_CASE("with -o json: every line is JSON, and the last one is the outcome", "[cmd]") {
  Cli cli;
  SECTION("released") {
    cli.write_project();
    const auto result = cli.run({"release", "-o", "json"});
    CHECK(result.exit == 0);
    CHECK(result.err.empty());
    const auto last = result.last();
    CHECK(last["event"] == "outcome");
    CHECK(last["version"] == 1);
    CHECK(last["exit"] == 0);
    CHECK(last["result"] == "released");
    CHECK(last["cause"] == "none");
    CHECK(last["stack"] == "shop");
    CHECK(last["release"] == 1);
    CHECK(last["services"]["shop_web"] == "converged");
    std::set<std::string> events;
    for (const auto& line : result.lines()) events.insert(line["event"].get<std::string>());
    for (const auto* event : {"phase", "plan", "write", "service", "outcome"})
      CHECK(events.count(event) == 1);
  }
  SECTION("failed before anything was asked") {
    for (const auto& verb : cmd::kVerbs) {
      if (!verb.emits_outcome) continue;
      std::istringstream in(verb.name);
      std::vector<std::string> args;
      for (std::string word; in >> word;) args.push_back(word);
      args.insert(args.end(), {"-o", "json"});
      const auto result = cli.run(args);
      INFO(verb.name);
      CHECK(result.exit == 2);
      CHECK(result.last()["event"] == "outcome");
      CHECK(result.last()["result"] == "refused");
      CHECK(result.last()["exit"] == 2);
      CHECK_FALSE(result.err.empty());
    }
  }
  SECTION("the engine is away") {
    cli.write_project();
    cli.engine.plant({.times = -1, .how = test::Fault::How::cut_before});
    const auto result = cli.run({"release", "-o", "json"});
    CHECK(result.exit == 1);
    CHECK(result.last()["cause"] == "engine");
  }
  SECTION("dry run") {
    cli.write_project();
    const auto result = cli.run({"release", "--dry-run", "--exit-code", "-o", "json"});
    CHECK(result.exit == 3);
    CHECK(result.last()["result"] == "pending");
    CHECK(cli.run({"release", "--dry-run"}).exit == 0);
    CHECK(cli.engine.writes().empty());
  }
}

TEST_CASE("no password is printed, in text or JSON", "[cmd]") {
  Cli cli;
  const std::string admin = "pass \"word\" of admin";
  cli.write_database_project();
  cli.dir.write(".env", "ADMIN_PASSWORD='" + admin + "'\n");
  auto project = read_file(cli.dir.path() + "/skep.yml");
  const std::string written = "{secret: mongo_admin_password}";
  project.replace(project.find(written), written.size(), "{env: ADMIN_PASSWORD}");
  cli.dir.write("skep.yml", project);
  cli.database.admin_password = admin;
  const bool json = GENERATE(false, true);
  std::vector<std::string> args{"release", "-v"};
  if (json) args.insert(args.end(), {"-o", "json"});
  SECTION("that work") {
    // The engine's own words carry what it was given.
    cli.engine.plant(
        {.method = "POST",
         .path = "/services/create",
         .times = -1,
         .status = 400,
         .message = "bad",
         .match = [](const test::Call& call) { return call.json()["Name"] == "shop_web"; }});
    const auto result = cli.run(args);
    CHECK(result.exit == 4);
    const auto password = cli.database.users.at("kitten").password;
    CHECK((result.out + result.err).find(password) == std::string::npos);
    CHECK((result.out + result.err).find("of admin") == std::string::npos);
  }
  SECTION("that the database repeats") {
    cli.database.error = {{"step", "log in as admin"}, {"message", "bad auth for " + admin}};
    const auto result = cli.run(args);
    CHECK(result.exit == 1);
    CHECK_THAT(result.out + result.err, ContainsSubstring("bad auth for ***"));
    CHECK((result.out + result.err).find("of admin") == std::string::npos);
  }
}

TEST_CASE("the flag -q leaves problems and the outcome", "[cmd]") {
  Cli cli;
  cli.write_project();
  const auto result = cli.run({"release", "-q"});
  CHECK(result.err.empty());
  CHECK_THAT(result.out, ContainsSubstring("shop: released r1"));
}

TEST_CASE("a stop is 130, and says what was left", "[cmd]") {
  Cli cli;
  cli.write_project();
  SECTION("before anything") {
    cli.stop.request_stop();
    CHECK(cli.run({"ls"}).exit == 130);
  }
  SECTION("in the rollout") {
    cli.engine.before = [&](const test::Call& call) {
      if (call.path == "/services/create") cli.stop.request_stop();
    };
    const auto result = cli.run({"release", "-o", "json"});
    CHECK(result.exit == 130);
    CHECK(result.last()["result"] == "interrupted");
    CHECK(result.last()["cause"] == "interrupted");
  }
}

TEST_CASE("a record that cannot be read is told with a way out, and does not keep rm from its work",
          "[cmd]") {
  Cli cli;
  cli.write_project();
  REQUIRE(cli.run({"release"}).exit == 0);
  for (auto& [id, config] : cli.engine.swarm().configs) {
    if (config["Spec"]["Labels"].value("skep.kind", std::string()) == "record")
      config["Spec"]["Data"] = base64("no record");
  }
  const auto status = cli.run({"status"});
  CHECK(status.exit == 1);
  CHECK_THAT(
      status.err,
      ContainsSubstring("the release record is damaged: it does not decompress") &&
          ContainsSubstring("hint: `skep rm` removes it with the stack, `docker config rm "));
  const auto removed = cli.run({"rm"});
  INFO(removed.err);
  CHECK(removed.exit == 0);
  CHECK(cli.engine.swarm().configs.empty());
}

TEST_CASE("a live service with nulls is run like any other", "[cmd]") {
  for (const std::string place :
       {"", "/Placement", "/Networks", "/Networks/*/Aliases", "/Networks/*/Target", "/LogDriver",
        "/ContainerSpec", "/ContainerSpec/Labels", "/ContainerSpec/Image"}) {
    Cli cli;
    cli.write_project();
    REQUIRE(cli.run({"release"}).exit == 0);
    cli.engine.swarm().on_task([](const Json&) { return test::completes_after(1s, "made\n"); });
    const test::Change change{"GET /services", "/*/Spec/TaskTemplate" + place, "null"};
    test::HostileEngine hostile(cli.engine);
    hostile.change = &change;
    cli.connect = test::lend(hostile);
    const auto result = cli.run({"run", "--timeout", "20s", "web", "--", "true"});
    INFO(place << ": " << result.out << result.err);
    CHECK(result.err.find("skep itself failed") == std::string::npos);
    if (place == "/Networks/*/Target") {
      CHECK(result.exit == 1);
      CHECK_THAT(result.err,
                 ContainsSubstring("service \"shop_web\": TaskTemplate.Networks[] has no Target"));
    } else if (place == "/Placement" || place == "/Networks/*/Aliases" || place == "/LogDriver") {
      CHECK(result.exit == 0);
      CHECK(result.out == "made\n");
    }
  }
}

TEST_CASE("a service with a foreign name, and a plugin's, in the stack are no reason to fail",
          "[cmd]") {
  Cli cli;
  cli.write_project();
  REQUIRE(cli.run({"release"}).exit == 0);
  cli.engine.swarm().add_service(
      {{"Name", "x"},
       {"Labels", {{"com.docker.stack.namespace", "shop"}}},
       {"TaskTemplate", {{"ContainerSpec", {{"Image", test::kWebImage}}}}}});
  cli.engine.swarm().add_service({{"Name", "plug"},
                                  {"Labels", {{"com.docker.stack.namespace", "shop"}}},
                                  {"TaskTemplate",
                                   {{"Runtime", "plugin"},
                                    {"PluginSpec", {{"Name", "p"}}},
                                    {"ContainerSpec", Json::object()}}}});
  for (const auto& args : std::vector<std::vector<std::string>>{{"logs"},
                                                                {"logs", "--service", "x"},
                                                                {"restart", "web"},
                                                                {"scale", "web=1"},
                                                                {"status"}}) {
    const auto result = cli.run(args);
    INFO(args[0] << ": " << result.out << result.err);
    CHECK(result.exit == 0);
  }
  CHECK(cli.run({"logs", "--service", "nothing"}).err.find("it has web, x, plug") !=
        std::string::npos);
}
