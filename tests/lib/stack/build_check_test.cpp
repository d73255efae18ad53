// What stands in the way of a build: lint says it, and whoever builds stops.
#include "stack_support.hpp"
#include "support/temp_dir.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace skep::stack {
namespace {

using test::options_with;
using test::read_stack;

/// What is wrong with the builds of a stack, below `dir`, without its name.
std::string wrong_of(const std::string& text, const test::TempDir& dir) {
  auto read = read_stack(text, options_with({}, dir.path()));
  INFO(read.text());
  CHECK_FALSE(read.problems.has_errors());
  Diagnostics wrong;
  for (const auto& [name, service] : read.stack.services) {
    for (const auto& problem : service.build ? service.build->wrong : std::vector<Diagnostic>{})
      wrong.add(problem);
  }
  std::string result = format(wrong);
  for (auto at = result.find(dir.path()); at != std::string::npos; at = result.find(dir.path()))
    result.replace(at, dir.path().size(), "DIR");
  return result;
}

std::string wrong_with(const std::string& lines, const test::TempDir& dir) {
  return wrong_of(test::service_with(lines), dir);
}

const std::string kNotDone = "is not done, and the image would be another without it\n";
const std::string kNotYet =
    "  hint: skep does not build with it yet: build elsewhere, push, and name the image without "
    "build\n";

}  // namespace

TEST_CASE("a key of build that is not done is an error where something would be built", "[stack]") {
  const test::TempDir dir;
  dir.write("Dockerfile", "FROM scratch\n");
  for (const auto* key :
       {"additional_contexts: {a: ./a}", "entitlements: [network.host]", "extra_hosts: [a=1.2.3.4]",
        "isolation: hyperv", "network: host", "privileged: true", "secrets: [s]", "shm_size: 1g",
        "ssh: [default]", "ulimits: {nofile: 10}"}) {
    const std::string text = fmt::format("build:\n  context: .\n  {}\n", key);
    const std::string name = std::string(key).substr(0, std::string(key).find(':'));
    INFO(text);
    CHECK(wrong_with(text, dir) ==
          fmt::format("s.yml:6:7: error: services.a.build.{}: {}{}", name, kNotDone, kNotYet));
  }
  CHECK(wrong_with("build:\n  dockerfile_inline: FROM x\n", dir) ==
        "s.yml:5:7: error: services.a.build.dockerfile_inline: " + kNotDone +
            "  hint: write it into a file, and name that under dockerfile\n");
  const test::TempDir empty;
  CHECK(wrong_with("build:\n  dockerfile_inline: FROM x\n", empty) ==
        "s.yml:5:7: error: services.a.build.dockerfile_inline: " + kNotDone +
            "  hint: write it into a file, and name that under dockerfile\n");
  CHECK(wrong_with("build:\n  no_cache_filter: [a]\n", dir) ==
        "s.yml:5:7: error: services.a.build.no_cache_filter: " + kNotDone +
            "  hint: write no_cache: true\n");
}

TEST_CASE("a key of build that asks for what is so anyway is no error", "[stack]") {
  const test::TempDir dir;
  dir.write("Dockerfile", "FROM scratch\n");
  CHECK(wrong_with("build: {context: ., privileged: false, network: default, isolation: default, "
                   "secrets: [], ulimits: {}, ssh: }",
                   dir) == "");
  const auto read =
      read_stack(test::service_with("build: {context: ., cache_from: [x], tags: [y]}"),
                 options_with({}, dir.path()));
  CHECK(read.text() ==
        "s.yml:4:25: notice: the image is the same without these: cache_from (services.a.build, "
        "line 4)\n"
        "  hint: cache_from: the engine's own cache is used\n"
        "s.yml:4:42: notice: the image is the same without these: tags (services.a.build, line 4)\n"
        "  hint: tags: the release's tag is pushed\n");
}

TEST_CASE("no_cache, pull and one platform are done", "[stack]") {
  const auto build =
      test::service_of("build: {context: ., no_cache: true, pull: true, platforms: [linux/arm64]}")
          .build;
  CHECK(build->no_cache);
  CHECK(build->pull);
  CHECK(build->platform == "linux/arm64");
  const test::TempDir dir;
  CHECK(wrong_with("build: {context: no, platforms: [linux/arm64, linux/amd64]}", dir) ==
        "s.yml:4:37: error: services.a.build.platforms: skep builds an image for one platform\n"
        "  hint: keep one of them, or build elsewhere, push, and name the image without build\n");
  CHECK(wrong_with("platform: linux/amd64\nbuild: {context: no, platforms: [linux/arm64]}", dir) ==
        "s.yml:5:37: error: services.a.build.platforms: the service itself is for linux/amd64\n"
        "  hint: write the same platform in both places\n");
}

TEST_CASE("a build names an image, and none by digest", "[stack]") {
  const test::TempDir dir;
  CHECK(read_stack("services: {a: {build: .}}\n").text() ==
        "s.yml:1:12: error: services.a: is built, but names no image\n"
        "  hint: write \"image: REGISTRY/REPOSITORY\" beside \"build:\": the built image goes "
        "there\n");
  auto config = options_with();
  config.whole = false;
  CHECK(read_stack("services: {a: {build: .}}\n", config).text() == "");
  CHECK(wrong_of("services: {a: {build: no, image: 'x@sha256:" + std::string(64, 'a') + "'}}\n",
                 dir) ==
        "s.yml:1:34: error: services.a.image: is given by digest, but the service is built\n"
        "  hint: leave the digest out: skep pins what it built\n");
}

TEST_CASE("a context that is a URL and a Dockerfile that is not there are named", "[stack]") {
  const test::TempDir dir;
  for (const auto* url : {"https://github.com/a/b.git#main:sub", "git@github.com:a/b.git",
                          "github.com/a/b", "git://h/r", "ssh://git@h/r"}) {
    const std::string text = fmt::format("build: '{}'", url);
    INFO(text);
    CHECK(wrong_with(text, dir).find("hint: clone it, and name the folder") != std::string::npos);
  }
  CHECK(wrong_with("build: {context: 'https://u:pw@h/r.git'}", dir) ==
        "s.yml:4:22: error: services.a.build.context: skep builds from a folder, not from "
        "https://***@h/r.git\n  hint: clone it, and name the folder\n");
  CHECK(wrong_with("build: .", dir) ==
        "s.yml:4:12: error: services.a.build: there is no Dockerfile DIR/Dockerfile\n"
        "  hint: build: {context: FOLDER, dockerfile: PATH} names another one\n");
  CHECK(wrong_with("build: {context: ., dockerfile: docker/App}", dir) ==
        "s.yml:4:37: error: services.a.build.dockerfile: there is no Dockerfile DIR/docker/App\n"
        "  hint: build: {context: FOLDER, dockerfile: PATH} names another one\n");
  dir.write("dockerfile", "FROM scratch\n");
  CHECK(wrong_with("build: .", dir) == "");
}

TEST_CASE("two services that build different things under one name are an error", "[stack]") {
  const test::TempDir dir;
  dir.write("Dockerfile", "FROM scratch\n");
  const auto both = [&](const std::string& a, const std::string& b) {
    return wrong_of("services:\n  a: " + a + "\n  b: " + b + "\n", dir);
  };
  CHECK(both("{image: app, build: {context: ., target: x}}",
             "{image: 'docker.io/library/app:latest', build: .}") ==
        "s.yml:3:14: error: services.b.image: \"docker.io/library/app:latest\" is what a builds, "
        "and this service builds another image\n  hint: give each an image of its own\n");
  CHECK(both("{image: app, build: .}",
             "{image: app, build: {context: ., dockerfile: Dockerfile}}") == "");
  CHECK(both("{image: 'app:1', build: .}", "{image: 'app:2', build: {context: ., target: x}}") ==
        "");
}

}  // namespace skep::stack
