// The long form of a whole file, held against what `docker stack config` printed
// (tests/conformance/record_config.py), up to the closed list of differences.
#include "assemble_support.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "stack/canonical_file.hpp"
#include "support/second_reader.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>

using namespace skep;
using namespace skep::test;

namespace {

const std::string kCases = std::string(SKEP_SOURCE_DIR) + "/tests/conformance/config";

std::string canonical(const std::string& text, bool resolve = true) {
  Diagnostics problems;
  const auto root = yaml::read(text, "s.yml", problems).root;
  const auto options = options_with({{"HOME", "/home/me"}, {"SET", "set"}});
  const auto file = stack::canonical_file(root, options, resolve, problems);
  std::string result = yaml::emit(file);
  CHECK(format(problems).empty());
  CHECK(read_otherwise(result, file).empty());
  return result;
}

/// Of one service "a", the lines below it.
std::string of_service(const std::string& lines) {
  const std::string text = canonical("services: {a: {" + lines + "}}\n");
  const std::string head = "services:\n  a:\n";
  REQUIRE(text.starts_with(head));
  std::string result;
  std::istringstream in(text.substr(head.size()));
  for (std::string line; std::getline(in, line);) result += line.substr(4) + "\n";
  return result;
}

using Leaves = std::map<std::string, std::string>;

void collect(const yaml::Node& node, const std::string& path, Leaves& leaves) {
  if (node.size() == 0) leaves[path] = yaml::emit_scalar(node);
  for (std::size_t i = 0; i < node.items().size(); ++i)
    collect(node.items()[i], yaml::join_path(path, i), leaves);
  for (const auto& entry : node.entries())
    collect(entry.value, yaml::join_path(path, entry.key), leaves);
}

Leaves leaves_of(const yaml::Node& root) {
  Leaves leaves;
  collect(root, "", leaves);
  return leaves;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> files;
  for (int n = 1; file_exists(fmt::format("{}/{}.yml", folder, n)); ++n)
    files.push_back(fmt::format("{}.yml", n));
  return files;
}

std::map<std::string, std::string> variables_of(const std::string& first_file) {
  std::map<std::string, std::string> variables = {{"HOME", "/home/someone"}};
  std::istringstream in(read_file(first_file));
  const std::string head = "# env: ";
  for (std::string line; std::getline(in, line);) {
    const auto equals = line.find('=');
    if (line.starts_with(head))
      variables[line.substr(head.size(), equals - head.size())] = line.substr(equals + 1);
  }
  return variables;
}

Leaves skeps(const std::string& name, stack::Compat compat) {
  const std::string folder = kCases + "/" + name;
  auto options = assembling(options_with(variables_of(folder + "/1.yml"), folder));
  options.read.compat = compat;
  if (compat == stack::Compat::docker) options.interpolation.dialect = yaml::Dialect::docker;
  Diagnostics problems;
  std::vector<yaml::Document> documents;
  for (const auto& file : files_of(folder))
    documents.push_back(stack::read_compose(folder + "/" + file, file, options, problems));
  const auto files = stack::assemble(documents, options, problems);
  const auto root = stack::canonical_file(files.document.root, options.read, true, problems);
  INFO(format(problems));
  CHECK_FALSE(problems.has_errors());
  CHECK(read_otherwise(yaml::emit(root), root).empty());
  Leaves leaves = leaves_of(root);
  for (auto& [path, value] : leaves) replace_all(value, folder, "/CASE");
  return leaves;
}

Leaves dockers(const std::string& name) {
  Diagnostics problems;
  return leaves_of(
      yaml::read(read_file(kCases + "/" + name + "/docker.yml"), "docker.yml", problems).root);
}

std::string at(const Leaves& leaves, const std::string& path) {
  const auto found = leaves.find(path);
  return found == leaves.end() ? "<absent>" : found->second;
}

}  // namespace

TEST_CASE("config prints what docker stack config does, but for a closed list", "[stack]") {
  std::set<std::vector<std::string>> found, meant;
  std::size_t cases = 0;
  for (const auto& folder : std::filesystem::directory_iterator(kCases)) {
    if (!folder.is_directory()) continue;
    ++cases;
    const std::string name = folder.path().filename().string();
    for (const auto& [mode, compat] :
         {std::pair("none", stack::Compat::none), std::pair("docker", stack::Compat::docker)}) {
      // A case of docker's habits says so in its first line.
      if (compat == stack::Compat::none && name == "habits") continue;
      const Leaves docker = dockers(name), skep = skeps(name, compat);
      CHECK(docker.size() > 10);
      std::set<std::string> paths;
      for (const auto* leaves : {&docker, &skep}) {
        for (const auto& [path, value] : *leaves) paths.insert(path);
      }
      for (const auto& path : paths) {
        if (at(docker, path) != at(skep, path))
          found.insert({mode, name, path, at(docker, path), at(skep, path)});
      }
    }
  }
  CHECK(cases == 4);
  const auto list = parse_json(read_file(kCases + "/differences.json"), "differences.json");
  for (const auto& one : list["differences"]) {
    CHECK_FALSE(one["reason"].get<std::string>().empty());
    for (const auto& mode : one["compat"])
      meant.insert({mode.get<std::string>(), one["case"].get<std::string>(),
                    one["path"].get<std::string>(), one["docker"].get<std::string>(),
                    one["skep"].get<std::string>()});
  }
  for (const auto& one : found) {
    INFO(fmt::format("{}", fmt::join(one, " | ")));
    CHECK(meant.count(one) == 1);
  }
  for (const auto& one : meant) {
    INFO(fmt::format("no longer different: {}", fmt::join(one, " | ")));
    CHECK(found.count(one) == 1);
  }
}

TEST_CASE("every short form has its long one", "[stack]") {
  CHECK(of_service("command: 'a \"b c\"', entrypoint: [x, 1]") ==
        "command:\n  - a\n  - b c\nentrypoint:\n  - x\n  - \"1\"\n");
  CHECK(of_service("command: 'a \"b'") == "command: a \"b\n");  // its reader reports it
  CHECK(of_service("environment: [A=1, B, SET]") ==
        "environment:\n  A: \"1\"\n  B: null\n  SET: set\n");
  CHECK(of_service("labels: [a=1, b]") == "labels:\n  a: \"1\"\n  b: \"\"\n");
  CHECK(of_service("ports: ['80-81:80-81/udp']") ==
        "ports:\n  - mode: ingress\n    protocol: udp\n    published: 80\n    target: 80\n"
        "  - mode: ingress\n    protocol: udp\n    published: 81\n    target: 81\n");
  CHECK(of_service("ports: ['127.0.0.1:80:80', x]") ==
        "ports:\n  - host_ip: \"127.0.0.1\"\n    mode: ingress\n    protocol: tcp\n    published: "
        "80\n    target: 80\n  - x\n");
  CHECK(of_service("ports: [{target: 1, published: '80'}]") ==
        "ports:\n  - published: 80\n    target: 1\n");
  CHECK(of_service("volumes: [./x:/x:ro, ~/h:/h, vol:/v:nocopy, /a:/b:rshared, 'vol:/z:z']") ==
        "volumes:\n  - read_only: true\n    source: /base/x\n    target: /x\n    type: bind\n"
        "  - source: /home/me/h\n    target: /h\n    type: bind\n"
        "  - source: vol\n    target: /v\n    type: volume\n    volume:\n      nocopy: true\n"
        "  - bind:\n      propagation: rshared\n    source: /a\n    target: /b\n    type: bind\n"
        "  - source: vol\n    target: /z\n    type: volume\n");
  CHECK(of_service("secrets: [s, {source: t, mode: '0440', uid: 3}]") ==
        "secrets:\n  - source: s\n  - mode: 288\n    source: t\n    uid: \"3\"\n");
  CHECK(of_service("networks: [net, other]") == "networks:\n  net: null\n  other: null\n");
  CHECK(of_service("build: ./src") == "build:\n  context: /base/src\n");
  CHECK(of_service("build: 'https://example.com/x.git'") ==
        "build:\n  context: https://example.com/x.git\n");
  CHECK(of_service("healthcheck: {test: a b, interval: 90s, retries: '3', disable: 'no'}") ==
        "healthcheck:\n  disable: false\n  interval: 1m30s\n  retries: 3\n  test:\n    - "
        "CMD-SHELL\n    - a b\n");
  CHECK(of_service("extra_hosts: {b: 'fd00::2', a: 1.2.3.4}") ==
        "extra_hosts:\n  - a:1.2.3.4\n  - b:fd00::2\n");
  CHECK(of_service("extra_hosts: {a: ['::1', 1.2.3.4]}") ==
        "extra_hosts:\n  - a:1.2.3.4\n  - a:::1\n");
  CHECK(of_service("extra_hosts: ['b=[fd00::2]', 'a:1.2.3.4', none]") ==
        "extra_hosts:\n  - b:fd00::2\n  - a:1.2.3.4\n  - none\n");
  CHECK(of_service("dns: 192.0.2.1, tmpfs: /run, extends: other") ==
        "dns:\n  - \"192.0.2.1\"\nextends:\n  service: other\ntmpfs:\n  - /run\n");
  CHECK(of_service("mem_limit: 1k, shm_size: 1k, cpus: 0.5") ==
        "cpus: \"0.5\"\nmem_limit: \"1024\"\nshm_size: 1k\n");
  CHECK(of_service("deploy: {update_config: {max_failure_ratio: '0.5'}, replicas: '2'}") ==
        "deploy:\n  replicas: 2\n  update_config:\n    max_failure_ratio: 0.5\n");
}

TEST_CASE("objects of the top level have a name and external as a boolean", "[stack]") {
  CHECK(
      canonical("x-a: 1\nnetworks: {a: , b: {external: true}, c: {external: {name: d}}}\n"
                "volumes: {e: {external: false}}\nname: shop\nservices: {}\nsecrets: {s: {file: f}}"
                "\n") ==
      "name: shop\nservices: {}\nnetworks:\n  a: {}\n  b:\n    external: true\n    name: b\n  c:\n"
      "    external: true\n    name: d\nvolumes:\n  e: {}\nsecrets:\n  s:\n    file: /base/f\n"
      "x-a: 1\n");
}

TEST_CASE("without resolving, environments stay as they are written", "[stack]") {
  CHECK(canonical("services: {a: {environment: [SET, 'B=${C}'], ports: ['${P}:80']}}\n", false) ==
        "services:\n  a:\n    environment:\n      B: ${C}\n      SET: null\n    ports:\n      - "
        "${P}:80\n");
}
