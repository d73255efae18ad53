// Whatever an engine, a record or the database answers, there is an answer in words: each field of
// each answer that each verb reads, changed.
#include "hostile.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <thread>

using namespace skep;
using test::Cli;
using test::Found;
using test::Scenario;

using namespace std::chrono_literals;

namespace {

/// Another image, another variable: an update of the service.
void with_update(Cli& cli) {
  test::with_release(cli);
  cli.dir.write("stack.yml", "services:\n  web:\n    image: " + test::kWebImage +
                                 "\n    environment: {A: b}\n    deploy:\n      replicas: 3\n");
}

void with_second_release(Cli& cli) {
  with_update(cli);
  REQUIRE(cli.run({"release"}).exit == 0);
}

void with_database(Cli& cli) {
  cli.write_database_project();
}

void with_users(Cli& cli) {
  cli.write_database_project();
  REQUIRE(cli.run({"release"}).exit == 0);
}

void with_all_sorts(Cli& cli) {
  cli.engine.swarm().on_task([](const Json& task) {
    return task.dump().find("\"migrate\"") == std::string::npos
               ? test::runs()
               : test::completes_after(1s, "made\n");
  });
  cli.dir.write("data", "content");
  cli.dir.write("skep.yml", "stack: shop\ntemplate: ./stack.yml\n");
  cli.dir.write(
      "stack.yml",
      "services:\n  web:\n    image: " + test::kWebImage +
          "\n    ports: [\"80:80\"]\n    networks: [n]\n    secrets: [s]\n    configs: [c]\n"
          "    volumes: [\"v:/v\"]\n    labels: {a: b}\n"
          "    healthcheck: {test: [CMD, \"true\"]}\n"
          "    deploy: {placement: {constraints: [node.role == manager]}, labels: {x: y}}\n"
          "  job:\n    image: " +
          test::kWebImage +
          "\n    command: [migrate]\n    x-skep-before: [web]\n"
          "networks: {n: {}}\nvolumes: {v: {}}\n"
          "secrets: {s: {file: ./data}}\nconfigs: {c: {file: ./data}}\n");
}

void with_all_released(Cli& cli) {
  with_all_sorts(cli);
  const auto result = cli.run({"release"});
  INFO(result.out << result.err);
  REQUIRE(result.exit == 0);
}

void with_tasks_that_end(Cli& cli) {
  test::with_release(cli);
  cli.engine.swarm().on_task([](const Json&) { return test::completes_after(1s, "made\n"); });
}

void with_bad_image(Cli& cli) {
  test::with_release(cli);
  cli.engine.swarm().on_task([](const Json& task) {
    if (task.dump().find("A=c") == std::string::npos) return test::runs();
    test::TaskScript script;
    script.ends_after = 1s;
    script.err = "no such thing\n";
    return script;
  });
  cli.dir.write("stack.yml", "services:\n  web:\n    image: " + test::kWebImage +
                                 "\n    environment: {A: c}\n    deploy:\n      replicas: 2\n");
}

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> kAll = {
      {"ls", test::with_release, {"ls"}},
      {"status", with_all_released, {"status"}},
      {"history", with_second_release, {"history"}},
      {"history show", with_all_released, {"history", "show", "r1"}},
      {"logs", test::with_release, {"logs"}},
      {"doctor", with_all_released, {"doctor"}},
      {"diff", with_update, {"diff"}},
      {"diff of all sorts", with_all_released, {"diff"}},
      {"first deploy", with_all_sorts, {"deploy", "--timeout", "20s"}},
      {"update", with_update, {"deploy", "--timeout", "20s"}},
      {"unchanged", with_all_released, {"deploy", "--timeout", "20s"}},
      {"way back", with_bad_image, {"deploy", "--timeout", "20s"}},
      {"rollback", with_second_release, {"rollback", "1", "--timeout", "20s"}},
      {"scale", test::with_release, {"scale", "web=3", "--timeout", "20s"}},
      {"restart", test::with_release, {"restart", "--timeout", "20s"}},
      {"auth refresh", test::with_release, {"auth", "refresh", "--timeout", "20s"}},
      {"run", with_tasks_that_end, {"run", "--timeout", "20s", "web", "--", "true"}},
      {"rm", with_all_released, {"rm", "--timeout", "20s"}},
      {"unlock", test::with_release, {"unlock"}},
      {"mongo ensure", with_database, {"mongo", "ensure"}},
      {"mongo status", with_users, {"mongo", "status"}},
      {"mongo rotate", with_users, {"mongo", "rotate", "--timeout", "20s"}},
      {"release with users", with_database, {"release", "--timeout", "20s"}},
      {"node label", test::with_release, {"node", "label", "docker01", "a=b"}},
  };
  return kAll;
}

const Scenario& scenario(const std::string& name) {
  for (const auto& one : scenarios()) {
    if (one.name == name) return one;
  }
  FAIL("no scenario " << name);
  return scenarios().front();
}

void judge(const std::string& name) {
  const Found found = test::try_all(scenario(name), test::stride_of(7));
  std::string exits;
  for (const auto& [exit, count] : found.exits) exits += fmt::format(" {}x{}", exit, count);
  std::cout << fmt::format("hostile answers: {}: {} cases, {} wrong, {} own faults, exits{}\n",
                           name, found.cases, found.wrong.size(), found.faults, exits);
  for (const auto& [words, example] : found.own_words)
    std::cout << fmt::format("  {} ({})\n", words, example);
  for (std::size_t i = 0; i < std::min<std::size_t>(found.wrong.size(), 20); ++i)
    std::cout << "  " << found.wrong[i] << "\n";
  CHECK(found.wrong.empty());
  CHECK(found.cases > 3);
}

}  // namespace

TEST_CASE("hostile answers: ls", "[cmd]") {
  judge("ls");
}
TEST_CASE("hostile answers: status", "[cmd]") {
  judge("status");
}
TEST_CASE("hostile answers: history", "[cmd]") {
  judge("history");
}
TEST_CASE("hostile answers: history show", "[cmd]") {
  judge("history show");
}
TEST_CASE("hostile answers: logs", "[cmd]") {
  judge("logs");
}
TEST_CASE("hostile answers: doctor", "[cmd]") {
  judge("doctor");
}
TEST_CASE("hostile answers: diff", "[cmd]") {
  judge("diff");
}
TEST_CASE("hostile answers: diff of all sorts", "[cmd]") {
  judge("diff of all sorts");
}
TEST_CASE("hostile answers: first deploy", "[cmd]") {
  judge("first deploy");
}
TEST_CASE("hostile answers: update", "[cmd]") {
  judge("update");
}
TEST_CASE("hostile answers: unchanged", "[cmd]") {
  judge("unchanged");
}
TEST_CASE("hostile answers: way back", "[cmd]") {
  judge("way back");
}
TEST_CASE("hostile answers: rollback", "[cmd]") {
  judge("rollback");
}
TEST_CASE("hostile answers: scale", "[cmd]") {
  judge("scale");
}
TEST_CASE("hostile answers: restart", "[cmd]") {
  judge("restart");
}
TEST_CASE("hostile answers: auth refresh", "[cmd]") {
  judge("auth refresh");
}
TEST_CASE("hostile answers: run", "[cmd]") {
  judge("run");
}
TEST_CASE("hostile answers: rm", "[cmd]") {
  judge("rm");
}
TEST_CASE("hostile answers: unlock", "[cmd]") {
  judge("unlock");
}
TEST_CASE("hostile answers: mongo ensure", "[cmd]") {
  judge("mongo ensure");
}
TEST_CASE("hostile answers: mongo status", "[cmd]") {
  judge("mongo status");
}
TEST_CASE("hostile answers: mongo rotate", "[cmd]") {
  judge("mongo rotate");
}
TEST_CASE("hostile answers: release with users", "[cmd]") {
  judge("release with users");
}
TEST_CASE("hostile answers: node label", "[cmd]") {
  judge("node label");
}
