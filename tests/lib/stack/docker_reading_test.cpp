// A file that is read as docker reads it: what it refuses, what it drops, what it makes of values.
#include "stack/docker_forms.hpp"
#include "stack_support.hpp"

#include <set>

namespace skep::stack {

using test::as_docker;
using test::findings;
using test::read_stack;
using test::service_of;

namespace {

std::string docker_findings(const std::string& lines,
                            std::map<std::string, std::string> variables = {}) {
  return findings(lines, as_docker(std::move(variables)));
}

std::string docker_file(const std::string& text) {
  return read_stack(text, as_docker()).text();
}

}  // namespace

TEST_CASE("docker's form of a row is another than the row's own", "[stack]") {
  int forms = 0;
  for (const auto& key : all_keys()) {
    INFO(key.path);
    if (!key.docker.form) continue;
    CHECK(*key.docker.form != key.form);
    ++forms;
  }
  CHECK(forms > 20);
}

TEST_CASE("a row is there once, and stands in one that is there", "[stack]") {
  std::set<std::string_view> paths;
  for (const auto& key : all_keys()) {
    INFO(key.path);
    CHECK(paths.insert(key.path).second);
    const auto dot = key.path.rfind('.');
    if (dot != std::string_view::npos) CHECK(paths.contains(key.path.substr(0, dot)));
  }
}

TEST_CASE("docker's reading refuses what only the Compose Specification has", "[stack]") {
  CHECK(docker_findings("platform: linux/amd64") ==
        "4:5: error: services.a.platform: docker stack deploy does not know this key\n"
        "  hint: remove it, or read the file as skep does: --compat none\n");
  CHECK(docker_file("name: app\nservices: {a: {image: \"x\"}}\n") ==
        "s.yml:1:1: error: name: docker stack deploy does not know this key\n"
        "  hint: remove it, or read the file as skep does: --compat none\n");
}

TEST_CASE("for docker a Windows pipe is a relative path", "[stack]") {
  const std::string lines = "volumes: ['\\\\.\\pipe\\x:/x', '\\\\server\\share\\x:/y']";
  const auto docker = service_of(lines, as_docker()).mounts;
  CHECK(docker.at(0).source == "/base/\\\\.\\pipe\\x");
  CHECK(docker.at(1).source == "\\\\server\\share\\x");
  const auto own = service_of(lines).mounts;
  CHECK(own.at(0).source == "\\\\.\\pipe\\x");
  CHECK(own.at(1).source == "\\\\server\\share\\x");
}

TEST_CASE("docker's reading refuses keys of a newer format than the file's", "[stack]") {
  CHECK(docker_file("version: \"3.6\"\nservices: {a: {image: x, init: true}}\n") ==
        "s.yml:2:26: error: services.a.init: came with version 3.7 of the format, and this file "
        "says 3.6\n"
        "  hint: write version: \"3.7\" or a later one, or remove the line\n");
  CHECK(docker_file("version: \"3.7\"\nservices: {a: {image: x, init: true}}\n") == "");
  CHECK(docker_file("version: \"3\"\nservices: {a: {image: x, init: true}}\n") == "");
  CHECK(read_stack("version: \"3.6\"\nservices: {a: {image: x, init: true}}\n").text() == "");
}

TEST_CASE("docker's reading takes x- keys where its schema does", "[stack]") {
  CHECK(docker_file("version: \"3.3\"\nx-a: 1\nservices: {a: {image: x}}\n") ==
        "s.yml:2:1: error: x-a: came with version 3.4 of the format, and this file says 3.3\n"
        "  hint: write version: \"3.4\" or a later one, or remove the line\n");
  CHECK(docker_file("version: \"3.6\"\nservices: {a: {image: x, x-a: 1}}\n") ==
        "s.yml:2:26: error: services.a.x-a: came with version 3.7 of the format, and this file "
        "says 3.6\n"
        "  hint: write version: \"3.7\" or a later one, or remove the line\n");
  CHECK(docker_findings("x-a: {any: thing}") == "");
  CHECK(docker_findings("deploy: {x-a: 1}") ==
        "4:14: error: services.a.deploy.x-a: docker stack deploy takes no x- key here\n"
        "  hint: move it to the service or the top level, or say --compat none\n");
}

TEST_CASE("for docker a name that begins with x- is a name", "[stack]") {
  const std::string text = "services: {a: {image: x}, x-b: {image: y}}\n";
  CHECK(read_stack(text, as_docker()).stack.services.size() == 2);
  CHECK(read_stack(text).stack.services.size() == 1);
}

TEST_CASE("docker's reading holds values to its schema's kinds", "[stack]") {
  CHECK(docker_findings("deploy: {replicas: \"2\"}") ==
        "4:24: error: services.a.deploy.replicas: must be an integer, not \"2\"\n");
  CHECK(docker_findings("deploy: {resources: {limits: {cpus: 0.5}}}") ==
        "4:41: error: services.a.deploy.resources.limits.cpus: must be a string, not a number\n"
        "  hint: write it in quotes: \"0.5\"\n");
  CHECK(docker_findings("env_file: [{path: x}]") ==
        "4:16: error: services.a.env_file[0]: must be a string, not a map\n");
  CHECK(docker_findings("depends_on: {b: {condition: service_started}}") ==
        "4:17: error: services.a.depends_on: must be a list of strings, not a map\n");
  CHECK(docker_findings("shm_size: 64") ==
        "4:15: error: services.a.shm_size: must be a string, not an integer\n"
        "  hint: write it in quotes: \"64\"\n");
  CHECK(docker_findings("environment: {A: true}") ==
        "4:22: error: services.a.environment.A: must be a string or a number, not a boolean\n"
        "  hint: write it in quotes: \"true\"\n");
}

TEST_CASE("docker turns a variable's text into a number only where it says so", "[stack]") {
  const std::map<std::string, std::string> five{{"N", "5"}, {"T", "yes"}};
  CHECK(docker_findings("deploy: {replicas: \"${N}\"}", five) == "");
  CHECK(docker_findings("tty: \"${T}\"", five) == "");
  CHECK(docker_findings("init: \"${T}\"", five) ==
        "4:11: error: services.a.init: must be true or false, not \"yes\"\n");
  CHECK(docker_findings("deploy: {resources: {limits: {pids: \"${N}\"}}}", five) ==
        "4:41: error: services.a.deploy.resources.limits.pids: must be an integer, not \"5\"\n");
}

TEST_CASE("docker's reading refuses what its schema holds once and is there twice", "[stack]") {
  for (const char* key : {"devices", "dns", "dns_search", "expose", "links", "external_links",
                          "security_opt", "tmpfs", "cap_add", "env_file"}) {
    INFO(key);
    CHECK_THAT(docker_findings(std::string(key) + ": [\"a\", \"b\", \"a\"]"),
               ContainsSubstring(std::string(key) +
                                 "[2]: \"a\" is there twice\n  hint: remove one of them\n"));
  }
  CHECK(docker_findings("expose: [80, \"80\"]\nports: [80, \"80\"]\ncommand: [a, a]") ==
        "4:5: warning: docker ignores these, and so does --compat docker: expose (services.a, line "
        "4)\n  hint: expose: services on one network reach each other on every port\n");
  CHECK(docker_findings("ports: [{target: 80, mode: host}, {mode: host, target: 80}]") ==
        "4:39: error: services.a.ports[1]: the same item is there twice\n  hint: remove one of "
        "them\n");
  CHECK(docker_findings("deploy: {placement: {constraints: [aa == b, aa == b]}}") == "");
  const std::string rest = "services: {a: {image: x, volumes: [/v, /v]}}\n";
  CHECK_THAT(docker_file("version: \"3.1\"\n" + rest),
             ContainsSubstring("volumes[1]: \"/v\" is there twice"));
  CHECK_THAT(docker_file("version: \"3.2\"\n" + rest),
             ContainsSubstring("\"/v\" is the target twice"));
}

TEST_CASE("docker's schema looks at what docker then leaves out", "[stack]") {
  CHECK(
      docker_findings("devices: [{source: /dev/a}]") ==
      "4:5: warning: docker ignores these, and so does --compat docker: devices (services.a, line "
      "4)\n  hint: devices: Swarm gives services no devices\n"
      "4:15: error: services.a.devices[0]: must be a string, not a map\n");
  CHECK_THAT(docker_findings("build: {args: 5}"),
             ContainsSubstring("services.a.build.args: must be a map, or a list of NAME=VALUE"));
  CHECK(findings("devices: [{source: /dev/a}]") ==
        "4:5: warning: Swarm cannot do these, they are left out: devices (services.a, line 4)\n"
        "  hint: devices: Swarm gives services no devices\n");
}

TEST_CASE("docker looks at nothing but the name of what is external", "[stack]") {
  const std::string text =
      "services: {a: {image: x}}\n"
      "secrets: {s: {external: true, file: ./gone, driver: vault, name: other}}\n"
      "configs: {c: {external: true, file: ./gone}}\n";
  CHECK(docker_file(text) == "");
  const auto secret = read_stack(text, as_docker()).stack.secrets.at("s");
  CHECK(secret.external);
  CHECK(secret.name == "other");
  CHECK(secret.driver == "vault");
  CHECK_THAT(read_stack(text).text(), ContainsSubstring("does not go with external"));
}

TEST_CASE("what docker leaves out is said the same way, whatever the reason", "[stack]") {
  CHECK(docker_findings("build: .\ntmpfs: /run\nprivileged: true\ncontainer_name: c\n"
                        "ports: [\"127.0.0.1:80:80\"]") ==
        "4:5: warning: docker ignores these, and so does --compat docker: build (services.a, line "
        "4)\n  hint: build: docker deploys what is in the registry\n"
        "5:5: warning: docker ignores these, and so does --compat docker: tmpfs (services.a, line "
        "5)\n  hint: tmpfs: docker drops it; write volumes: [{type: tmpfs, target: …}]\n"
        "6:5: warning: docker ignores these, and so does --compat docker: privileged (services.a, "
        "line 6)\n  hint: privileged: name the capabilities under cap_add\n"
        "7:5: warning: docker ignores these, and so does --compat docker: container_name "
        "(services.a, line 7)\n  hint: container_name: Swarm names the containers\n"
        "8:13: warning: docker ignores these, and so does --compat docker: the address 127.0.0.1 "
        "(services.a.ports[0], line 8)\n"
        "  hint: the address 127.0.0.1: Swarm publishes on every address of the node\n");
  CHECK(docker_findings("volumes: [{type: tmpfs, target: /t, tmpfs: {unknown: 1}}]") ==
        "4:49: warning: docker ignores these, and so does --compat docker: unknown "
        "(services.a.volumes[0].tmpfs, line 4)\n  hint: unknown: docker does not look at it\n");
}

TEST_CASE("docker loses a credential spec's config that has a name of its own", "[stack]") {
  const std::string text =
      "services: {a: {image: x, credential_spec: {config: c}}}\n"
      "configs: {c: {external: true, name: other}}\n";
  CHECK(
      docker_file(text) ==
      "s.yml:1:52: error: services.a.credential_spec: docker does not find the config \"c\", which "
      "has a name of its own\n  hint: remove its name, or say --compat none\n");
  CHECK(read_stack(text).text() == "");
}

TEST_CASE("an x-cluster-spec is yours where the format does not know it yet", "[stack]") {
  const std::string rest =
      "services: {a: {image: x}}\nvolumes: {v: {x-cluster-spec: {group: g}}}\n";
  CHECK(docker_file("version: \"3.8\"\n" + rest) == "");
  CHECK(docker_file("version: \"3.10\"\n" + rest) ==
        "s.yml:3:15: warning: docker ignores these, and so does --compat docker: x-cluster-spec "
        "(volumes.v, line 3)\n  hint: x-cluster-spec: make cluster volumes with `docker volume "
        "create --type`; the stack mounts them\n");
}

TEST_CASE("docker prints a number that stands for an address as Go does", "[stack]") {
  using Words = std::vector<std::string>;
  const std::string lines = "extra_hosts: {a: 5, b: 1.5, c: 10.0.0.1, d: }";
  CHECK(service_of(lines, as_docker()).extra_hosts ==
        Words{"a:%!s(int=5)", "b:%!s(float64=1.5)", "c:10.0.0.1"});
  CHECK(service_of(lines).extra_hosts == Words{"a:5", "b:1.5", "c:10.0.0.1"});
}

TEST_CASE("docker makes a time of an unquoted date", "[stack]") {
  const auto service = service_of(
      "environment: {DAY: 2024-02-29, TEXT: \"2024-02-29\"}\nlabels: {l: 2024-02-29T01:02:03Z}",
      as_docker());
  CHECK(service.environment.at("DAY") == "2024-02-29 00:00:00 +0000 UTC");
  CHECK(service.environment.at("TEXT") == "2024-02-29");
  CHECK(service.labels.at("l") == "2024-02-29 01:02:03 +0000 UTC");
  CHECK(service_of("environment: {DAY: 2024-02-29}").environment.at("DAY") == "2024-02-29");
}

}  // namespace skep::stack
