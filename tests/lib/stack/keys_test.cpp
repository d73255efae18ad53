// The table of keys against documents: what is unknown, of the wrong kind, left out.
#include "stack/keys.hpp"

#include "stack_support.hpp"

#include <fmt/format.h>

#include <set>

namespace skep::stack {

using test::findings;
using test::read_stack;

TEST_CASE("no key has two rows, and every row's parent has one", "[stack]") {
  std::set<std::string_view> paths;
  for (const auto& key : all_keys()) {
    INFO(key.path);
    CHECK(paths.insert(key.path).second);
    const auto dot = key.path.rfind('.');
    if (dot != std::string_view::npos) CHECK(paths.contains(key.path.substr(0, dot)));
    const bool reasoned = key.status == Status::converted || !key.hint.empty();
    CHECK(reasoned);
  }
}

TEST_CASE("an unknown key is named with what was meant", "[stack]") {
  CHECK(findings("imge: y") ==
        "4:5: error: services.a.imge: unknown key\n  hint: did you mean \"image\"?\n");
  CHECK(findings("Restart: always") ==
        "4:5: error: services.a.Restart: unknown key\n  hint: did you mean \"restart\"?\n");
  CHECK(
      findings("replicas: 2") ==
      "4:5: error: services.a.replicas: unknown key\n  hint: it belongs under services.*.deploy\n");
  CHECK(findings("frobnicate: 2") ==
        "4:5: error: services.a.frobnicate: unknown key\n"
        "  hint: keys that begin with \"x-\" are for your own use\n");
  CHECK(findings("deploy: {update_config: {paralelism: 2}}") ==
        "4:30: error: services.a.deploy.update_config.paralelism: unknown key\n"
        "  hint: did you mean \"parallelism\"?\n");
  CHECK(findings("ports: [{target: 80, publish: 8080}]") ==
        "4:26: error: services.a.ports[0].publish: unknown key\n  hint: did you mean "
        "\"published\"?\n");
}

TEST_CASE("keys that begin with x- are allowed everywhere", "[stack]") {
  CHECK(findings("x-a: {b: [c]}\ndeploy: {x-b: 1}\nhealthcheck: {test: x, x-c: 1}") == "");
  CHECK(read_stack("x-top: 1\nservices: {a: {image: x}, x-none: 5}\n").text() == "");
}

TEST_CASE("a value of the wrong kind says what it must be", "[stack]") {
  CHECK(findings("hostname: 5") ==
        "4:15: error: services.a.hostname: must be a string, not an integer\n"
        "  hint: write it in quotes: \"5\"\n");
  CHECK(findings("hostname: [x]") ==
        "4:15: error: services.a.hostname: must be a string, not a list\n");
  CHECK(findings("ports: \"80:80\"") ==
        "4:12: error: services.a.ports: must be a list, not \"80:80\"\n"
        "  hint: write each item on a line of its own, with \"- \" before it\n");
  CHECK(findings("deploy: {replicas: two}") ==
        "4:24: error: services.a.deploy.replicas: must be an integer, or live, not \"two\"\n");
  CHECK(findings("tty: maybe") ==
        "4:10: error: services.a.tty: must be true or false, not \"maybe\"\n");
  CHECK(findings("environment: {A: [x]}") ==
        "4:22: error: services.a.environment.A: must be a string or a number, not a list\n");
  CHECK(findings("environment: [5]") ==
        "4:19: error: services.a.environment[0]: must be a string, not an integer\n"
        "  hint: write it in quotes: \"5\"\n");
  CHECK(findings("cap_add: NET_ADMIN") ==
        "4:14: error: services.a.cap_add: must be a list of strings, not \"NET_ADMIN\"\n"
        "  hint: write [NET_ADMIN]\n");
  CHECK(findings("stop_grace_period: 5") ==
        "4:24: error: services.a.stop_grace_period: must be a duration such as 1m30s, not an "
        "integer\n"
        "  hint: write the unit: 5s\n");
  CHECK(findings("deploy: 5") ==
        "4:13: error: services.a.deploy: must be a map, not an integer\n"
        "  hint: write each key on a line of its own, indented, as KEY: VALUE\n");
}

TEST_CASE("what follows from a mistake is not told beside it", "[stack]") {
  const auto only = [](const std::string& text) {
    const auto problems = read_stack(text).problems.sorted();
    REQUIRE(problems.size() == 1);
    return problems[0].path + ": " + problems[0].message;
  };
  // a misspelt key is not missing
  CHECK(only("services: {a: {imge: x}}\n") == "services.a.imge: unknown key");
  CHECK(only("servcies: {a: {image: x}}\n") == "servcies: unknown key");
  CHECK(only(test::service_with("ports: [{traget: 80}]")) ==
        "services.a.ports[0].traget: unknown key");
  CHECK(only(test::service_with("volumes: [{tpye: bind, source: /a, target: /b}]")) ==
        "services.a.volumes[0].tpye: unknown key");
  CHECK(only(test::service_with("volumes: [{type: bind, soruce: /a, target: /b}]")) ==
        "services.a.volumes[0].soruce: unknown key");
  CHECK(only(test::service_with("volumes: [{type: bind, source: /a, taregt: /b}]")) ==
        "services.a.volumes[0].taregt: unknown key");
  CHECK(only(test::service_with("env_file: [{paht: /dev/null}]")) ==
        "services.a.env_file[0].paht: unknown key");
  CHECK(only(test::service_with("depends_on: {b: {conditoin: service_started}}") +
             "  b: {image: x}\n") == "services.a.depends_on.b.conditoin: unknown key");
  CHECK(only(test::service_with("ulimits: {nofile: {sfot: 1, hard: 1}}")) ==
        "services.a.ulimits.nofile.sfot: unknown key");
  CHECK(only(test::service_with("secrets: [{sorce: s}]") + "secrets: {s: {external: true}}\n") ==
        "services.a.secrets[0].sorce: unknown key");
  CHECK(only("services: {a: {image: x}}\nsecrets: {s: {flie: /dev/null}}\n") ==
        "secrets.s.flie: unknown key");
  // what cannot be read is there
  CHECK(only(test::service_with("networks: [n]") + "networks: {n: 5}\n") ==
        "networks.n: must be a map, not an integer");
  CHECK(only(test::service_with("secrets: [s]") + "secrets: {s: 5}\n") ==
        "secrets.s: must be a map, not an integer");
  CHECK(only(test::service_with("networks: [n]") + "netwroks: {n: {}}\n") ==
        "netwroks: unknown key");
  CHECK(
      only(test::service_with("volumes: [{type: bnid, target: /b, bind: {}}]")) ==
      "services.a.volumes[0].type: \"bnid\" is none of volume, bind, tmpfs, npipe, cluster, image");
  CHECK(only(test::service_with("ports: [{target: 80, protocol: tpc}]")) ==
        "services.a.ports[0].protocol: \"tpc\" is none of tcp, udp, sctp");
  // a variable that is not set
  CHECK(only("services: {a: {image: \"x:${TAG}\"}}\n") ==
        "services.a.image: the variable TAG is not set");
  CHECK(only(test::service_with("deploy: {replicas: \"${COUNT}\"}")) ==
        "services.a.deploy.replicas: the variable COUNT is not set");
}

TEST_CASE("an empty value is named by its key", "[stack]") {
  CHECK(findings("environment:") ==
        "4:5: error: services.a.environment: is empty, must be a map, or a list of "
        "NAME=VALUE\n  hint: write a value, or remove the key\n");
  CHECK(findings("command:\ndeploy:") == "");
}

TEST_CASE("what is there twice in a list is an error", "[stack]") {
  CHECK(findings("cap_add: [A, B, A]") ==
        "4:21: error: services.a.cap_add[2]: \"A\" is there twice\n  hint: remove one of them\n");
  CHECK(findings("command: [a, a]") == "");
}

TEST_CASE("a value out of its list is named with what was meant", "[stack]") {
  CHECK(findings("deploy: {update_config: {order: start-frist}}") ==
        "4:37: error: services.a.deploy.update_config.order: \"start-frist\" is none of "
        "start-first, stop-first\n"
        "  hint: did you mean \"start-first\"?\n");
  CHECK(findings("deploy: {mode: everywhere}") ==
        "4:20: error: services.a.deploy.mode: \"everywhere\" is none of replicated, global, "
        "replicated-job, global-job\n"
        "  hint: write one of replicated, global, replicated-job, global-job\n");
  CHECK(findings("deploy: {endpoint_mode: VIP}") == "");
}

TEST_CASE("what Swarm cannot do is one message a key, with lines and reasons", "[stack]") {
  CHECK(findings("privileged: true\nlinks: [b]\ndeploy: {}\npid: host") ==
        "4:5: warning: Swarm cannot do these, they are left out: privileged (services.a, line 4)\n"
        "  hint: privileged: name the capabilities under cap_add\n"
        "5:5: warning: Swarm cannot do these, they are left out: links (services.a, line 5)\n"
        "  hint: links: services on one network find each other by name; use network aliases\n"
        "7:5: warning: Swarm cannot do these, they are left out: pid (services.a, line 7)\n"
        "  hint: pid: each task has its own\n");
}

TEST_CASE("one key of several services is listed with three places, all are in JSON", "[stack]") {
  std::string text = "services:\n";
  for (int i = 1; i <= 2; ++i) text += fmt::format("  s{}: {{image: x, privileged: true}}\n", i);
  CHECK(read_stack(text).text() ==
        "s.yml:2:18: warning: Swarm cannot do these, they are left out: privileged (services.s1, "
        "line 2; services.s2, line 3)\n  hint: privileged: name the capabilities under cap_add\n");
  for (int i = 3; i <= 9; ++i) text += fmt::format("  s{}: {{image: x, privileged: true}}\n", i);
  const auto read = read_stack(text);
  CHECK(read.text() ==
        "s.yml:2:18: warning: Swarm cannot do these, they are left out: privileged (services.s1, "
        "line 2; services.s2, line 3; services.s3, line 4; and 6 more)\n"
        "  hint: privileged: name the capabilities under cap_add\n");
  CHECK(to_json(read.problems.sorted().front())["also"].size() == 8);
}

TEST_CASE("an anchor's line is named once", "[stack]") {
  const std::string anchor =
      "x-base: &base\n  privileged: true\n  mem_limit: lots\nservices:\n"
      "  a: {<<: *base, image: x}\n  b: {<<: *base, image: x}\n  c: {<<: *base, image: x}\n";
  CHECK(read_stack(anchor).text() ==
        "s.yml:2:3: warning: Swarm cannot do these, they are left out: privileged (services.a and "
        "2 more, line 2)\n  hint: privileged: name the capabilities under cap_add\n"
        "s.yml:3:14: error: services.a.mem_limit: \"lots\" is no size (and so in 2 more places)\n"
        "  hint: write one such as 64m, 1.5g or 1024\n");
}

TEST_CASE("what stands at the top level has no owner", "[stack]") {
  CHECK(read_stack("services: {a: {image: x}}\nmodels: {m: {model: x}}\n")
            .text()
            .starts_with(
                "s.yml:2:1: warning: Swarm cannot do these, they are left out: models (line 2)\n"));
}

TEST_CASE("what asks for nothing is not named", "[stack]") {
  for (const char* nothing :
       {"privileged: false", "privileged: \"${P:-false}\"", "devices: []", "links: []",
        "volumes_from:", "oom_kill_disable: false", "shm_size: 0", "shm_size: 0b", "pid: \"\"",
        "pid: \"${P:-}\"", "network_mode: default", "networks: {default: {priority: 0}}",
        "ipc: private", "cpu_shares: 0", "expose: []", "volume_driver: local", "attach: false",
        "storage_opt: {}"}) {
    INFO(nothing);
    CHECK(findings(nothing) == "");
    ReadOptions strict = test::options_with();
    strict.strict = true;
    CHECK(findings(nothing, strict) == "");
  }
  CHECK(findings("shm_size: 64m") != "");
  CHECK(findings("privileged: \"true\"") != "");
  CHECK(findings("ipc: host") != "");
  CHECK(findings("cpuset: \"0\"") != "");
}

TEST_CASE("an enum of the engine's is taken whole", "[stack]") {
  CHECK(findings("deploy: {rollback_config: {failure_action: rollback}}") ==
        "4:48: notice: services.a.deploy.rollback_config.failure_action: \"rollback\" means pause "
        "here: a rollback is not rolled back\n  hint: write pause\n");
  CHECK(test::service_of("deploy: {rollback_config: {failure_action: rollback}}")
            .deploy.rollback_config->failure_action == "rollback");
  CHECK(findings("deploy: {rollback_config: {failure_action: pase}}").find(": error: ") !=
        std::string::npos);
  const auto mode = [](const std::string& written, const ReadOptions& options) {
    return test::service_of("ports: [{target: 80, published: 80, mode: " + written + "}]", options)
        .ports.front()
        .mode;
  };
  CHECK(mode("HOST", test::options_with()) == "host");
  CHECK(mode("overlay", test::options_with()) == "ingress");
  CHECK(mode("HOST", test::as_docker()) == "HOST");
  CHECK(mode("overlay", test::as_docker()) == "overlay");
  CHECK(findings("ports: [{target: 80, mode: overlay}]") ==
        "4:32: warning: services.a.ports[0].mode: \"overlay\" is none of ingress, host: the engine "
        "takes it for ingress\n  hint: write ingress or host\n");
  CHECK(
      findings("ports: [{target: 80, mode: hots}]").ends_with("  hint: did you mean \"host\"?\n"));
  CHECK(findings("ports: [{target: 80, mode: overlay, protocol: udq}]", test::as_docker()) == "");
}

TEST_CASE("a restart condition of another part of Compose is answered with Swarm's", "[stack]") {
  const auto condition = [](const std::string& word) {
    return findings("deploy: {restart_policy: {condition: " + word + "}}");
  };
  CHECK(condition("always") ==
        "4:42: error: services.a.deploy.restart_policy.condition: \"always\" is none of none, "
        "on-failure, any\n  hint: write any\n");
  CHECK(condition("unless-stopped").ends_with("  hint: write any\n"));
  CHECK(condition("'no'").ends_with("  hint: write none\n"));
}

TEST_CASE("services at the top level are one mistake", "[stack]") {
  CHECK(read_stack("web:\n  image: x\n  links: [db]\ndb:\n  image: y\n").text() ==
        "s.yml:1:1: error: web: the services stand at the top level, as in version 1\n"
        "  hint: put them under services:, indented\n");
  CHECK(read_stack("x-a: {image: x}\nsevices: {a: {image: x}}\n").text() ==
        "s.yml:2:1: error: sevices: unknown key\n  hint: did you mean \"services\"?\n");
}

TEST_CASE("a provider is no service of Swarm's", "[stack]") {
  CHECK(read_stack("services: {p: {provider: {type: x}}}\n").text() ==
        "s.yml:1:16: error: services.p: \"p\" is a provider, not a container\n"
        "  hint: leave the service out: Swarm runs containers only\n");
}

TEST_CASE("what is ignored is a notice, and strict turns both into errors", "[stack]") {
  CHECK(findings("container_name: x\nexpose: [80]") ==
        "4:5: notice: these do nothing on Swarm: container_name (services.a, line 4)\n"
        "  hint: container_name: Swarm names the containers\n"
        "5:5: notice: these do nothing on Swarm: expose (services.a, line 5)\n"
        "  hint: expose: services on one network reach each other on every port\n");
  ReadOptions strict = test::options_with();
  strict.strict = true;
  CHECK(read_stack(test::service_with("container_name: x"), strict).problems.has_errors());
  CHECK(read_stack(test::service_with("privileged: true"), strict).problems.has_errors());
}

TEST_CASE("every key has the version that brought it, what stands in it none before", "[stack]") {
  std::map<std::string_view, std::string_view> since;
  for (const auto& key : stack::all_keys()) since[key.path] = key.since;
  CHECK(since.at("services.*.image") == "3.0");
  CHECK(since.at("services.*.secrets") == "3.1");
  CHECK(since.at("services.*.secrets.[].mode") == "3.1");
  CHECK(since.at("services.*.configs.[].mode") == "3.3");
  CHECK(since.at("services.*.init") == "3.7");
  CHECK(since.at("services.*.deploy.rollback_config.order") == "3.7");
  CHECK(since.at("services.*.healthcheck.start_interval") == "3.12");
  CHECK(since.at("services.*.profiles") == stack::kComposeOnly);
  CHECK(since.at("services.*.extends.file") == stack::kComposeOnly);
  CHECK(since.at("include.[].path") == stack::kComposeOnly);
}

TEST_CASE("a key that the file's version had not is refused as docker does, else taken",
          "[stack]") {
  const std::string text = "version: '3.0'\nservices: {a: {image: x, init: true}}\n";
  CHECK(read_stack(text).text().empty());
  CHECK(read_stack(text, test::as_docker()).text() ==
        "s.yml:2:26: error: services.a.init: came with version 3.7 of the format, and this file "
        "says 3.0\n"
        "  hint: write version: \"3.7\" or a later one, or remove the line\n");
  for (const char* version : {"'3.7'", "'3.13'", "'3'", "''"}) {
    INFO(version);
    CHECK(
        read_stack(fmt::format("version: {}\nservices: {{a: {{image: x, init: true}}}}\n", version),
                   test::as_docker())
            .text()
            .empty());
  }
  CHECK(findings("profiles: [p]", test::as_docker()) ==
        "4:5: error: services.a.profiles: docker stack deploy does not know this key\n"
        "  hint: remove it, or read the file as skep does: --compat none\n");
  CHECK(findings("cpuset: '0'", test::as_docker()) ==
        "4:5: error: services.a.cpuset: docker stack deploy does not know this key\n"
        "  hint: Swarm limits CPUs by number alone: deploy.resources.limits.cpus, or read the file "
        "as skep does: --compat none\n");
}

TEST_CASE("the top level: no map, no services, bad version, bad names", "[stack]") {
  CHECK(read_stack("- a\n").text() ==
        "s.yml:1:1: error: a stack file is a map\n  hint: begin with a line "
        "\"services:\"\n");
  CHECK(read_stack("version: \"3.8\"\n").text() ==
        "s.yml:1:1: error: services: there are no services\n  hint: a stack needs at least one\n");
  CHECK(read_stack("version: \"2.4\"\nservices: {a: {image: x}}\n").text() ==
        "s.yml:1:10: notice: version: version 2 is read as Compose reads it: as the Compose "
        "Specification says\n  hint: the line can go\n");
  CHECK(read_stack("version: \"2.4\"\nservices: {a: {image: x}}\n", test::as_docker()).text() ==
        "s.yml:1:10: error: version: unsupported Compose file version \"2.4\"\n  hint: "
        "remove the line: the newest format counts then, and what Swarm cannot do is named\n");
  for (const char* version : {"\"1\"", "\"2.\"", "\"2.x\"", "\"20\"", "\"4\"", "\"3.\"", "3.999"}) {
    INFO(version);
    CHECK(read_stack(std::string("version: ") + version + "\nservices: {a: {image: x}}\n")
              .text()
              .find("error: version: unsupported Compose file version") != std::string::npos);
  }
  CHECK(read_stack("version: \"3.14\"\nservices: {a: {image: x}}\n").text() ==
        "s.yml:1:10: error: version: unsupported Compose file version \"3.14\"\n  hint: the "
        "format's versions are 3.0 to 3.13; without the line the newest counts\n");
  CHECK(read_stack("services: {a b: {image: x}}\n").text() ==
        "s.yml:1:12: error: services.a b: \"a b\" is no name\n  hint: use letters, digits, \".\", "
        "\"_\" and \"-\"\n");
  CHECK(read_stack("").text() ==
        "s.yml: error: the Compose file is empty\n  hint: it needs "
        "`services:`\n");
  for (const char* version : {"\"\"", "\"3\"", "3.8", "\"3.0\"", "\"3.13\""}) {
    CHECK(read_stack(std::string("version: ") + version + "\nservices: {a: {image: x}}\n").text() ==
          "");
  }
  CHECK(read_stack("name: shop\nservices: {a: {image: x}}\n").stack.name == "shop");
}

}  // namespace skep::stack
