// profiles: services that are there only when they are asked for.
#include "assemble_support.hpp"

using namespace skep;
using namespace skep::test;

namespace {

const std::string kText =
    "services:\n  web: {image: x}\n  debug:\n    image: y\n    profiles: [debug, all]\n"
    "  test: {image: z, profiles: [test]}\n";

std::vector<std::string> names(const Put& put) {
  std::vector<std::string> result;
  for (const auto& [name, service] : put.stack.services) result.push_back(name);
  return result;
}

std::vector<std::string> with(const std::vector<std::string>& profiles) {
  auto options = assembling();
  options.profiles = profiles;
  const auto put = put_texts({kText}, options);
  CHECK(put.text().empty());
  return names(put);
}

}  // namespace

TEST_CASE("a service with profiles is there only when one of them is enabled", "[stack]") {
  using Names = std::vector<std::string>;
  CHECK(with({}) == Names{"web"});
  CHECK(with({"debug"}) == Names{"debug", "web"});
  CHECK(with({"all"}) == Names{"debug", "web"});
  CHECK(with({"all", "test"}) == Names{"debug", "test", "web"});
  CHECK(with({"*"}) == Names{"debug", "test", "web"});
  const auto put = put_texts({kText});
  CHECK(put.files.profiles == Names{"all", "debug", "test"});
  CHECK(put.files.disabled.at("debug").profiles == Names{"debug", "all"});
}

TEST_CASE("profiles of several files add up", "[stack]") {
  auto options = assembling();
  options.profiles = {"more"};
  const auto put = put_texts(
      {kText, "services: {debug: {profiles: [more]}, web: {profiles: [web]}}\n"}, options);
  CHECK(names(put) == std::vector<std::string>{"debug"});
}

TEST_CASE("a service that needs one that is not enabled names both", "[stack]") {
  const auto put =
      put_texts({"services:\n  web:\n    image: x\n    depends_on: [db]\n"
                 "  db:\n    image: y\n    profiles: [data]\n"});
  CHECK(put.text() ==
        "a.yml:4:18: error: services.web.depends_on: the service \"db\" is not enabled: it has the "
        "profile data (at a.yml:5:3)\n"
        "  hint: enable it with --profile data, give this service the same profile, or write "
        "required: false\n");
  CHECK(put_texts({"services:\n  web:\n    image: x\n    depends_on: {db: {condition: "
                   "service_started, required: false}}\n"
                   "  db:\n    image: y\n    profiles: [data, more]\n"})
            .text()
            .empty());
}

TEST_CASE("a stack of which nothing is enabled says so", "[stack]") {
  CHECK(put_texts({"services:\n  web: {image: x, profiles: [one, two]}\n"}).text() ==
        "a.yml:2:3: error: services: no service is enabled: each has a profile\n"
        "  hint: enable one with --profile one\n");
}

TEST_CASE("the port and the env file of a service that is left out do not matter", "[stack]") {
  CHECK(put_texts({"services:\n  web: {image: x, ports: ['80:80']}\n"
                   "  other: {image: x, ports: ['80:80'], env_file: nowhere, profiles: [p]}\n"})
            .text()
            .empty());
}

TEST_CASE("services that are left out say nothing, nor does what they alone use", "[stack]") {
  Folder folder;
  const std::string gpu =
      "services:\n  g: &g\n    image: \"x:${TAG}\"\n    profiles: [gpu]\n    devices: [/dev/x]\n"
      "    nonsense: 1\n    secrets: [s]\n    configs: [{source: c}]\n    networks: [n]\n"
      "    volumes: ['vol:/data', './w:/w']\n";
  const std::string objects =
      "secrets: {s: {file: nowhere}, used: {driver: vault}}\nconfigs: {c: {content: '${GONE}'}}\n"
      "networks: {n: {name: '${NET}'}}\nvolumes: {vol: {name: '${VOLUME}'}}\n";
  const auto speaks = [&](std::initializer_list<const char*> words) {
    const std::string text = folder.findings({"a.yml"});
    for (const char* said : words) {
      INFO(said << " in " << text);
      CHECK(text.find(said) != std::string::npos);
    }
  };
  folder.dir.write("a.yml", gpu + "  a: {image: nginx}\n" + objects);
  const auto put = folder.put({"a.yml"});
  CHECK(put.text() == "");
  CHECK(put.stack.secrets.size() == 1);
  CHECK(put.at({"networks"}) == "{}\n");
  CHECK(put.at({"configs"}) == "{}\n");
  CHECK(put.at({"volumes"}) == "{}\n");
  SECTION("and speak as soon as they are asked for") {
    folder.options.profiles = {"gpu"};
    speaks({"nonsense", "TAG", "GONE", "NET", "VOLUME", "nowhere", "devices"});
  }
  SECTION("what another service has from them, or uses too, is said") {
    folder.dir.write("a.yml", gpu + "  a: {<<: *g, profiles: []}\n" + objects);
    speaks({"nonsense", "TAG", "GONE", "NET", "VOLUME", "nowhere", "devices"});
  }
}
