// What comes back from outside with a secret in it is printed without: the whole way, in text and
// JSON.
#include "base/hash.hpp"
#include "cli.hpp"
#include "docker/config.hpp"

#include <functional>
#include <string>
#include <vector>

using namespace skep;
using namespace std::chrono_literals;
using test::Cli;

namespace {

/// Both forms, on the same world made anew.
void each_form(const std::function<void(Cli&)>& prepare, const std::vector<std::string>& args,
               const std::function<void(const Cli::Output&, bool json)>& judge) {
  for (const bool json : {false, true}) {
    Cli cli;
    prepare(cli);
    auto with_form = args;
    if (json) with_form.insert(with_form.end(), {"-o", "json"});
    const auto output = cli.run(with_form);
    INFO(output.out << output.err);
    if (json) CHECK(output.last().is_object());  // each line is JSON
    judge(output, json);
  }
}

}  // namespace

TEST_CASE("a registry's password that the engine echoes is hidden, in every form", "[cmd]") {
  const std::string password = "r3gistry-pa55word";
  const docker::Auth auth{.username = "deployer",
                          .password = Secret(password),
                          .identity_token = {},
                          .server_address = "registry.example.com"};
  const auto header = docker::registry_auth_header(auth);
  const auto pair = base64("deployer:" + password);
  for (const std::string path : {"/services/create", "/distribution/"}) {
    each_form(
        [&](Cli& cli) {
          cli.write_project();
          cli.dir.write("home/.docker/config.json",
                        dump_json({{"auths", {{"registry.example.com", {{"auth", pair}}}}}}));
          cli.engine.plant({.path = path,
                            .times = -1,
                            .status = 400,
                            .message = "bad header " + header + ", that is deployer:" + password +
                                       " or " + pair});
        },
        {"release"},
        [&](const Cli::Output& output, bool) {
          CHECK(output.exit != 0);
          const auto said = output.out + output.err;
          CHECK_THAT(said, ContainsSubstring("bad header ***"));
          for (const auto& secret : {password, header, pair})
            CHECK(said.find(secret) == std::string::npos);
        });
  }
}

TEST_CASE("a failing task's last words do not tell the content of a secret", "[cmd]") {
  each_form(
      [](Cli& cli) {
        cli.write_project();
        cli.dir.write("password", "FILE-5ecret-content\n");
        cli.dir.write("stack.yml", "services:\n  web:\n    image: " + test::kWebImage +
                                       "\n    secrets: [p]\nsecrets: {p: {file: ./password}}\n");
        cli.engine.swarm().on_task([](const Json&) {
          return test::crashes_after(1s, 1, "cannot log in with FILE-5ecret-content!\n");
        });
      },
      {"release"},
      [](const Cli::Output& output, bool) {
        CHECK(output.exit == 4);
        const auto said = output.out + output.err;
        CHECK_THAT(said, ContainsSubstring("cannot log in with ***!"));
        CHECK(said.find("FILE-5ecret-content") == std::string::npos);
      });
}

TEST_CASE("a secret that is a word of JSON leaves JSON whole", "[cmd]") {
  for (const auto* word : {"event", "outcome", "true", "null", "{\"a\":1}", "\"", "\\\\n\\\\n"}) {
    each_form(
        [&](Cli& cli) {
          cli.write_project();
          cli.dir.write("password", word);
          cli.dir.write("stack.yml", "services:\n  web:\n    image: " + test::kWebImage +
                                         "\n    secrets: [p]\nsecrets: {p: {file: ./password}}\n");
        },
        {"release"},
        [](const Cli::Output& output, bool json) {
          CHECK(output.exit == 0);
          if (json) CHECK(output.last().contains("event"));
          if (json) CHECK(output.last()["exit"] == 0);
        });
  }
}

TEST_CASE("a value that a diff, a deploy and the history show is hidden where it looks secret",
          "[cmd]") {
  for (const auto& args : std::vector<std::vector<std::string>>{
           {"diff"}, {"deploy", "-v"}, {"history", "show", "1"}}) {
    each_form(
        [](Cli& cli) {
          cli.write_project();
          REQUIRE(cli.run({"release"}).exit == 0);
          cli.dir.write("stack.yml",
                        "services:\n  web:\n    image: " + test::kWebImage +
                            "\n    environment: {dbPass: camel-5ecret, URL: "
                            "\"http://me:url-5ecret@h/\"}\n    healthcheck: {test: \"curl -u "
                            "admin:curl-5ecret http://h\"}\n    labels: {apiKey: label-5ecret}\n");
          REQUIRE(cli.run({"release"}).exit == 0);
          cli.dir.write("stack.yml", "services:\n  web:\n    image: " + test::kWebImage +
                                         "\n    environment: {dbPass: other-5ecret}\n");
        },
        args,
        [](const Cli::Output& output, bool) {
          CHECK((output.out + output.err).find("5ecret") == std::string::npos);
        });
  }
}
