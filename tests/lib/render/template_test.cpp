#include "render/template.hpp"

#include "lib/render/support.hpp"
#include "render/dockerfile.hpp"
#include "support/golden.hpp"
#include "support/second_reader.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>

using namespace skep;
using namespace skep::render;
using skep::test::inputs;
using skep::test::values;

namespace {

struct Rendered {
  std::string text;
  std::string problems;
};

Rendered with_builtin(const std::string& name, const std::string& given,
                      bool dockerfile_healthcheck = false) {
  auto in = inputs(values(given));
  in.builtins = {"kittenapi", "kittenapi", "", dockerfile_healthcheck};
  Diagnostics diagnostics;
  const auto document = render::render(load_builtin(name), in, diagnostics);
  const auto text = yaml::emit(document.root);
  CHECK(test::read_otherwise(text, document.root).empty());
  return {text, format(diagnostics)};
}

/// With the keys of every map in alphabetical order.
yaml::Node sorted(const yaml::Node& node) {
  if (node.is_list()) {
    yaml::Node list = yaml::Node::list();
    for (const auto& item : node.items()) list.push_back(sorted(item));
    return list;
  }
  if (!node.is_map()) return node;
  auto entries = node.entries();
  std::sort(entries.begin(), entries.end(),
            [](const yaml::Entry& a, const yaml::Entry& b) { return a.key < b.key; });
  for (auto& entry : entries) entry.value = sorted(entry.value);
  return yaml::Node::map(std::move(entries));
}

const std::string kKittens =
    "{image: sirrtea/kittenapi, port: 8080, host: kittenapi.example.com, replicas: 2, "
    "networks: [frontend, backend], placement: [node.labels.usage == apps]";

std::string folder_problems(const std::string& description) {
  const test::TempDir dir;
  dir.write("template.yml", description);
  dir.write("stack.yml", "services: {}\n");
  try {
    load_folder(dir.path(), "./mine");
  } catch (const Error& error) {
    return error.message();
  }
  return "loaded";
}

}  // namespace

TEST_CASE("minimal gives exactly the hand-written file", "[render]") {
  const auto [text, problems] = with_builtin("web", kKittens + ", minimal: true}");
  CHECK(problems.empty());
  test::require_lines(
      "version: \"3.8\"\n"
      "services:\n"
      "  kittenapi:\n"
      "    image: sirrtea/kittenapi\n"
      "    networks:\n"
      "      - frontend\n"
      "      - backend\n"
      "    deploy:\n"
      "      replicas: 2\n"
      "      placement:\n"
      "        constraints:\n"
      "          - node.labels.usage == apps\n"
      "      labels:\n"
      "        traefik.enable: \"true\"\n"
      "        traefik.http.routers.kittenapi.rule: Host(`kittenapi.example.com`)\n"
      "        traefik.http.services.kittenapi.loadbalancer.server.port: 8080\n"
      "networks:\n"
      "  frontend:\n"
      "    external: true\n"
      "  backend:\n"
      "    external: true\n",
      text);
}

TEST_CASE("minimal gives the values of the example's hand-written file", "[render]") {
  Diagnostics diagnostics;
  const std::string path =
      std::string(SKEP_SOURCE_DIR) + "/examples/kittenapi/stack.hand-written.yml";
  yaml::Node wanted = yaml::read_path(path, "hand-written", diagnostics).root;
  // Delivered by skep, not written by the template; and the version's number says nothing.
  wanted.find("services")->find("kittenapi")->erase("environment");
  wanted.erase("version");
  auto in = inputs(values(kKittens + ", minimal: true}"));
  in.builtins = {"kittenapi", "kittenapi", "", false};
  yaml::Node given = render::render(load_builtin("web"), in, diagnostics).root;
  given.erase("version");
  CHECK(diagnostics.empty());
  test::require_lines(yaml::emit(sorted(wanted)), yaml::emit(sorted(given)));
}

TEST_CASE("by default web has what a release without a lost request needs", "[render]") {
  const auto [text, problems] = with_builtin(
      "web",
      kKittens + ", build: ., health: \"curl -f localhost:8080/health\", health_path: /health}");
  CHECK(problems.empty());
  test::golden(SKEP_TEST_DIR, "web.yml", text);
}

TEST_CASE("web with TLS and everything else that can be said", "[render]") {
  const auto [text, problems] = with_builtin(
      "web",
      kKittens +
          ", tls: true, cert_resolver: le, middlewares: auth@file, health: none, health_path: /h, "
          "env: {A: 1, B: \"x\"}, secrets: [s1, s2], command: [run, --fast], "
          "resources: {limits: {memory: 256M}}, max_per_node: 1, service: api, settle: 20s, "
          "build: {context: ., target: prod}, rule: 'Host(`a`) || Host(`b`)', gateway_network: "
          "gw}");
  CHECK(problems.empty());
  test::golden(SKEP_TEST_DIR, "web-tls.yml", text);
}

TEST_CASE("web asks for a health check, unless there is one or none is wanted", "[render]") {
  const std::string needs =
      "skep.yml:1:1: error: values.health: the template web needs it\n  hint: A command run in the "
      "container that fails while the application is not healthy; or say none\n";
  const std::string path = ", health_path: /h";
  CHECK(with_builtin("web", kKittens + path + "}").problems == needs);
  CHECK(with_builtin("web", kKittens + path + "}", true).problems.empty());
  CHECK(with_builtin("web", kKittens + path + ", health: none}").problems.empty());
  CHECK(with_builtin("web", kKittens + path + ", health: none}").text.find("disable: true") !=
        std::string::npos);
  CHECK(with_builtin("web", kKittens + path + "}", true).text.find("healthcheck:\n") ==
        std::string::npos);
  CHECK(
      with_builtin("web", kKittens + ", health: x}").problems ==
      "skep.yml:1:1: notice: values.health_path: without it the gateway has no health check of its "
      "own, and a crash in a release can lose requests\n  hint: A path that answers 200 while the "
      "application is healthy; the gateway asks it each second\n");
  CHECK(with_builtin("web", kKittens + ", health: x, health_path: none}").problems.empty());
}

TEST_CASE("web says what it needs and what a value cannot be", "[render]") {
  const std::string problems =
      with_builtin("web",
                   "{host: 'a`b', port: x, health: none, health_path: 'x', settle: 5, relpicas: 2}")
          .problems;
  for (const std::string wanted :
       {"values.image: the template web needs it", "values.networks: the template web needs it",
        "values.host: \"a`b\" is not a host name", "values.port: \"x\" is not an integer",
        "values.health_path: \"x\" is not a path", "values.settle: an integer is not a duration",
        "values.relpicas: the template web has no parameter \"relpicas\"\n  hint: did you mean "
        "\"replicas\"?"}) {
    INFO(problems);
    CHECK_THAT(problems, ContainsSubstring(wanted));
  }
}

TEST_CASE("names of two stacks never meet at the gateway", "[render]") {
  auto in = inputs(values(kKittens + ", health: none, health_path: none}"));
  Diagnostics diagnostics;
  in.builtins = {"a", "kittenapi", "", false};
  const auto one = yaml::emit(render::render(load_builtin("web"), in, diagnostics).root);
  in.builtins = {"b", "kittenapi", "", false};
  const auto other = yaml::emit(render::render(load_builtin("web"), in, diagnostics).root);
  CHECK_THAT(one, ContainsSubstring("traefik.http.routers.a_kittenapi.rule"));
  CHECK_THAT(other, ContainsSubstring("traefik.http.routers.b_kittenapi.rule"));
  CHECK(one.find("routers.kittenapi") == std::string::npos);
}

TEST_CASE("worker has no gateway", "[render]") {
  const auto [text, problems] = with_builtin(
      "worker",
      "{image: a/b, networks: [backend], secrets: [s], health: 'true', placement: [x == y]}");
  CHECK(problems.empty());
  test::golden(SKEP_TEST_DIR, "worker.yml", text);
  CHECK(with_builtin("worker", "{image: a/b}", true).problems.empty());
}

TEST_CASE("migrate puts a one-off of the same image before the service", "[render]") {
  const auto [name, more] =
      GENERATE(table<std::string, std::string>({{"web",
                                                 ", port: 80, host: h.example.com, health: none, "
                                                 "health_path: none"},
                                                {"worker", ", health: 'true'"}}));
  const auto [text, problems] = with_builtin(
      name,
      "{image: a/b, service: api, networks: [backend], env: {A: b}, secrets: [s], placement: "
      "[x == y], migrate: ./migrate" +
          more + "}");
  CHECK(problems.empty());
  CHECK_THAT(text, ContainsSubstring(R"(  api-migrate:
    image: a/b
    command: ./migrate
    environment:
      A: b
    secrets:
      - s
    networks:
      - backend
    deploy:
      placement:
        constraints:
          - x == y
    x-skep-before:
      - api
  api:
)"));
}

TEST_CASE("the built-in templates are listed and described", "[render]") {
  const auto all = builtin_templates();
  CHECK(std::any_of(all.begin(), all.end(), [](const Summary& one) { return one.name == "web"; }));
  for (const auto& summary : all) {
    INFO(summary.name);
    CHECK_FALSE(summary.description.empty());
    CHECK(summary.description.find('\n') == std::string::npos);
    for (const auto& parameter : load_builtin(summary.name).parameters) {
      INFO(parameter.name);
      CHECK_FALSE(parameter.help.empty());
      CHECK_FALSE(parameter.types.empty());
    }
  }
  CHECK(load_builtin("web").find("port")->required);
  CHECK(load_builtin("web").find("none") == nullptr);
}

TEST_CASE("a template that is not there is refused with the nearest name", "[render]") {
  const auto refused = [](const std::string& name) {
    try {
      load(name, "/");
    } catch (const Error& error) {
      return error.message() + " (" + error.hint() + ")";
    }
    return std::string("loaded");
  };
  CHECK(refused("wbe") == "there is no template \"wbe\" (did you mean \"web\"?)");
  CHECK(refused("django") ==
        "there is no template \"django\" (skep template list shows them; a folder is written with "
        "a /)");
  CHECK(refused("./no/such") == "cannot read /no/such/template.yml: No such file or directory ()");
}

TEST_CASE("a folder is a template too", "[render]") {
  const test::TempDir dir;
  dir.write(
      "mine/template.yml",
      "description: Mine\nparameters:\n  name: {type: string, help: h, default: \"[[stack]]!\"}\n");
  dir.write("mine/stack.yml", "services:\n  web: {hostname: [[name]]}\n");
  const Template mine = load("./mine", dir.path());
  CHECK(mine.name == "./mine");
  CHECK(mine.file == "./mine/stack.yml");
  Diagnostics diagnostics;
  const auto root = render::render(mine, inputs(values("{}")), diagnostics).root;
  CHECK(root.find("services")->find("web")->find("hostname")->as_string() == "shop-staging!");
  CHECK(mine == load_folder(dir.path() + "/mine", "./mine"));
}

TEST_CASE("mistakes in template.yml are all reported", "[render]") {
  CHECK(folder_problems("description: ok\n") == "loaded");
  CHECK(
      folder_problems("descripton: x\nparameters:\n  a: {type: strnig, help: h}\n  b: {help: h}\n"
                      "  c: {type: string, required: true, default: 1, help: h}\n  d: {type: "
                      "string, hepl: h}\n  e: x\n") ==
      "template ./mine: 8 problems\n"
      "./mine/template.yml:1:1: error: description: is missing\n  hint: one line that says what it "
      "is "
      "for\n"
      "./mine/template.yml:1:1: error: descripton: unknown key \"descripton\"\n  hint: did you "
      "mean "
      "\"description\"?\n"
      "./mine/template.yml:3:13: error: parameters.a.type: \"strnig\" is no type\n  hint: string, "
      "integer, number, boolean, list, map, duration, hostname or path\n"
      "./mine/template.yml:4:6: error: parameters.b.type: is missing\n"
      "./mine/template.yml:5:31: error: parameters.c.required: a parameter with a default is never "
      "missing\n"
      "./mine/template.yml:6:6: error: parameters.d.help: is missing\n  hint: what the parameter "
      "is "
      "for\n"
      "./mine/template.yml:6:21: error: parameters.d.hepl: unknown key \"hepl\"\n  hint: did you "
      "mean "
      "\"help\"?\n"
      "./mine/template.yml:7:6: error: parameters.e: must be a map, not a string");
}

TEST_CASE("a Dockerfile's health check is found", "[render]") {
  CHECK(has_healthcheck("FROM python:3.11-slim\nHEALTHCHECK --interval=5s CMD curl -f x\n"));
  CHECK(has_healthcheck("from a\nhealthcheck cmd x"));
  CHECK(has_healthcheck("FROM a AS base\nHEALTHCHECK CMD x\nFROM base\nRUN y\n"));
  CHECK(has_healthcheck(
      "FROM --platform=linux/amd64 a AS Base\nHEALTHCHECK \\\n  CMD x\nFROM --platform=x base\n"));
  CHECK_FALSE(has_healthcheck(""));
  CHECK_FALSE(has_healthcheck("FROM a\n# HEALTHCHECK CMD x\nRUN echo \\\n HEALTHCHECK CMD x\n"));
  CHECK_FALSE(has_healthcheck("FROM a AS build\nHEALTHCHECK CMD x\nFROM b\n"));
  CHECK_FALSE(has_healthcheck("FROM a\nHEALTHCHECK CMD x\nHEALTHCHECK NONE\n"));
}
