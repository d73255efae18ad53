// Several -c files: docker's rules, and where skep keeps what docker loses.
#include "assemble_support.hpp"

#include <fmt/format.h>

using namespace skep;
using namespace skep::test;
using stack::Pairs;

namespace {

stack::AssembleOptions docker() {
  return assembling(as_docker());
}

}  // namespace

TEST_CASE("services merge by name, maps merge, scalars override", "[stack]") {
  const auto put = put_texts(
      {"services:\n  web: {image: \"x:1\", hostname: one, labels: {a: \"1\", b: \"2\"}}\n",
       "services:\n  web: {image: \"x:2\", labels: {b: \"3\", c: \"4\"}}\n  db: {image: "
       "\"y:1\"}\n"});
  CHECK(put.text().empty());
  CHECK(put.stack.services.at("web").image == "x:2");
  CHECK(put.stack.services.at("web").hostname == "one");
  CHECK(put.stack.services.at("web").labels == Pairs{{"a", "1"}, {"b", "3"}, {"c", "4"}});
  CHECK(put.stack.services.at("db").image == "y:1");
}

TEST_CASE("a list and a map of the same key merge", "[stack]") {
  CHECK(put_services("labels: [a=1, b=2]", "labels: {b: 3}").stack.services.at("web").labels ==
        Pairs{{"a", "1"}, {"b", "3"}});
  CHECK(put_services("networks: [one]", "networks: {two: {aliases: [w]}}").service("networks") ==
        "one: null\ntwo:\n  aliases:\n    - w\n");
  CHECK(put_services("depends_on: [db]", "depends_on: {cache: {condition: service_healthy}}")
            .service("depends_on") ==
        "db:\n  condition: service_started\ncache:\n  condition: service_healthy\n");
  CHECK(put_services("dns: 1.1.1.1", "dns: [8.8.8.8]").service("dns") ==
        "- \"1.1.1.1\"\n- \"8.8.8.8\"\n");
  CHECK(put_services("build: ./a", "build: {target: t}").service("build") ==
        "context: ./a\ntarget: t\n");
}

TEST_CASE("ports merge by the published one", "[stack]") {
  const auto ports = [](const Put& put) {
    std::string text;
    for (const auto& port : put.stack.services.at("web").ports)
      text += fmt::format("{}:{}/{} ", port.published, port.target, port.protocol);
    return text;
  };
  CHECK(ports(put_services("ports: ['80:8080', '443:8443']", "ports: ['80:9090']")) ==
        "80:9090/tcp 443:8443/tcp ");
  CHECK(ports(put_services("ports: ['8000-8001:8000-8001']",
                           "ports: [{target: 1, published: 8001}]")) == "8000:8000/tcp 8001:1/ ");
  SECTION("those of two protocols and those without one are kept, where docker loses them") {
    const auto put = put_services("ports: ['53:53', '53:53/udp', '80', '81']", "ports: ['90:90']");
    CHECK(ports(put) == "0:80/tcp 0:81/tcp 53:53/tcp 53:53/udp 90:90/tcp ");
    const auto as_docker =
        put_services("ports: ['53:53', '53:53/udp', '80', '81']", "ports: ['90:90']", docker());
    CHECK(ports(as_docker) == "0:81/tcp 53:53/udp 90:90/tcp ");
  }
}

TEST_CASE("volumes merge by target, and are sorted by it", "[stack]") {
  const auto put = put_services("volumes: ['zz:/z', './a:/b', 'cc:/c']",
                                "volumes: [{type: volume, source: other, target: /c}]");
  CHECK(put.service("volumes") ==
        "- type: bind\n  source: ./a\n  target: /b\n"
        "- type: volume\n  source: other\n  target: /c\n"
        "- type: volume\n  source: zz\n  target: /z\n");
  SECTION("also where the later file has none") {
    CHECK(put_services("volumes: ['zz:/z', 'aa:/a']", "hostname: h")
              .stack.services.at("web")
              .mounts.front()
              .target == "/a");
  }
  SECTION("but not of a service that one file alone has") {
    const auto single = put_texts(
        {"services: {web: {image: x, volumes: ['zz:/z', 'aa:/a']}}", "services: {db: {image: x}}"});
    CHECK(single.stack.services.at("web").mounts.front().target == "/z");
  }
}

TEST_CASE("secrets and configs merge by source", "[stack]") {
  const auto put = put_services("secrets: [s, {source: t, target: one}]",
                                "secrets: [{source: t, target: two}, u]");
  CHECK(put.service("secrets") == "- source: s\n- source: t\n  target: two\n- source: u\n");
  CHECK(put_services("configs: [c]", "configs: [{source: c, mode: 0400}]").service("configs") ==
        "- source: c\n  mode: 256\n");
}

TEST_CASE("command, entrypoint, ulimits, aliases and the health check are replaced", "[stack]") {
  CHECK(put_services("command: a b", "command: [c]").service("command") == "- c\n");
  CHECK(put_services("command: a b", "command: []").service("command") == "[]\n");
  CHECK(put_services("entrypoint: [a]", "entrypoint: b 'c d'").service("entrypoint") ==
        "- b\n- c d\n");
  CHECK(put_services("ulimits: {nofile: {soft: 1, hard: 2}, nproc: 3}", "ulimits: {nofile: 9}")
            .service("ulimits") == "nofile: 9\nnproc: 3\n");
  CHECK(put_services("networks: {net: {aliases: [a]}}", "networks: {net: {aliases: [b]}}")
            .service("networks") == "net:\n  aliases:\n    - b\n");
  CHECK(put_services("healthcheck: {test: a, retries: 3}", "healthcheck: {test: [CMD, b]}")
            .service("healthcheck") == "test:\n  - CMD\n  - b\nretries: 3\n");
}

TEST_CASE("other lists append", "[stack]") {
  CHECK(put_services("deploy: {placement: {constraints: [a==b]}}",
                     "deploy: {placement: {constraints: [c==d]}}")
            .service("deploy") == "placement:\n  constraints:\n    - a==b\n    - c==d\n");
  CHECK(put_services("cap_add: [A]", "cap_add: [A, B]").service("cap_add") == "- A\n- A\n- B\n");
}

TEST_CASE("logging options merge only with the same driver", "[stack]") {
  CHECK(put_services("logging: {driver: a, options: {x: 1, z: 2}}",
                     "logging: {driver: a, options: {z: 3}}")
            .service("logging") == "driver: a\noptions:\n  x: \"1\"\n  z: \"3\"\n");
  CHECK(put_services("logging: {driver: a, options: {x: 1}}", "logging: {options: {z: 3}}")
            .service("logging") == "driver: a\noptions:\n  x: \"1\"\n  z: \"3\"\n");
  CHECK(
      put_services("logging: {driver: a, options: {x: 1}}", "logging: {driver: b, options: {z: 3}}")
          .service("logging") == "driver: b\noptions:\n  z: \"3\"\n");
}

TEST_CASE("replicas of 0 override, and what is null says nothing", "[stack]") {
  for (const auto& options : {assembling(), docker()}) {
    CHECK(put_services("deploy: {replicas: 3}", "deploy: {replicas: 0}", options)
              .stack.services.at("web")
              .deploy.replicas == 0);
  }
  CHECK(put_services("deploy: {replicas: 3}", "deploy:").stack.services.at("web").deploy.replicas ==
        3);
  const auto none = put_texts({"services: {web: {image: x}}\nnetworks:\n", "services:\n"});
  CHECK(none.text() ==
        "a.yml:2:1: error: networks: is empty, must be a map\n"
        "  hint: write a value, or remove the key\n"
        "b.yml:1:1: error: services: is empty, must be a map\n"
        "  hint: write a value, or remove the key\n");
}

TEST_CASE("a later false, zero or empty value counts, where docker loses it", "[stack]") {
  const auto read_only = [](const stack::AssembleOptions& options) {
    return put_services("read_only: true\nhostname: h", "read_only: false\nhostname: ''", options)
        .stack.services.at("web");
  };
  CHECK_FALSE(read_only(assembling()).read_only);
  CHECK(read_only(assembling()).hostname.empty());
  CHECK(read_only(docker()).read_only);
  CHECK(read_only(docker()).hostname == "h");
  CHECK(put_services("command: a", "command: []", docker()).service("command") == "- a\n");
  CHECK(put_services("healthcheck: {test: [CMD, a]}", "healthcheck: {test: [CMD, b]}", docker())
            .service("healthcheck") == "test:\n  - CMD\n  - a\n  - CMD\n  - b\n");
  CHECK(put_services("networks: {net: {aliases: [a], driver_opts: {k: v}}}",
                     "networks: {net: {driver_opts: {l: w}}}", docker())
            .service("networks") == "net:\n  driver_opts:\n    k: v\n");
  CHECK(put_services("networks: {net: {aliases: [a], driver_opts: {k: v}}}",
                     "networks: {net: {driver_opts: {l: w}}}")
            .service("networks") ==
        "net:\n  aliases:\n    - a\n  driver_opts:\n    k: v\n    l: w\n");
}

TEST_CASE("a variable of a later file wins, also from its env file", "[stack]") {
  using Variables = stack::Environment;
  CHECK(put_services("environment: {A: '1', B: '2'}", "environment: [B=3]")
            .stack.services.at("web")
            .environment == Variables{{"A", "1"}, {"B", "3"}});
  Folder folder;
  folder.dir.write("late.env", "A=late\n");
  folder.dir.write("a.yml", "services: {web: {image: x, environment: {A: early, B: b}}}\n");
  folder.dir.write("b.yml", "services: {web: {env_file: late.env, environment: [C=c]}}\n");
  const auto put = folder.put({"a.yml", "b.yml"});
  CHECK(put.text().empty());
  CHECK(put.stack.services.at("web").environment ==
        Variables{{"A", "late"}, {"B", "b"}, {"C", "c"}});
  SECTION("a name without a value takes what is set where skep runs, else it says nothing") {
    CHECK(put_services("environment: {A: '1'}", "environment: [A]")
              .stack.services.at("web")
              .environment.at("A") == "1");
    CHECK(put_services("environment: {A: '1'}", "environment: [A]",
                       assembling(options_with({{"A", "9"}})))
              .stack.services.at("web")
              .environment.at("A") == "9");
  }
  SECTION("an empty value counts, but not for docker") {
    const auto value = [](const stack::AssembleOptions& options) {
      return put_services("environment: {A: '1'}", "environment: {A: ''}", options)
          .stack.services.at("web")
          .environment.at("A");
    };
    CHECK(value(assembling()) == "");
    CHECK(value(docker()) == "1");
  }
}

TEST_CASE("networks, volumes, secrets and configs are taken whole from the later file", "[stack]") {
  const auto put =
      put_texts({"services: {web: {image: x}}\nnetworks: {net: {driver: overlay, attachable: "
                 "true}, mid: {}}\n",
                 "networks: {net: {internal: true}}\nsecrets: {s: {external: true}}\n"});
  CHECK(put.text().empty());
  CHECK(put.at({"networks"}) == "net:\n  internal: true\nmid: {}\n");
  CHECK(put.at({"secrets"}) == "s:\n  external: true\n");
}

TEST_CASE("!reset removes and !override replaces what an earlier file says", "[stack]") {
  const std::string base =
      "services:\n  web:\n    image: x\n    ports: ['80:80', '81:81']\n    environment: {A: a, B: "
      "b}\n"
      "    hostname: h\n";
  const auto put =
      put_texts({base,
                 "services:\n  web:\n    ports: !override ['90:90']\n    hostname: !reset null\n"
                 "    environment:\n      A: !reset\n"});
  CHECK(put.text().empty());
  CHECK(put.stack.services.at("web").ports.size() == 1);
  CHECK(put.service("hostname") == "(nothing)");
  CHECK(put.service("environment") == "B: b\n");
  SECTION("a whole service, a list, a network") {
    const auto gone = put_texts({base + "  db: {image: y}\nnetworks: {net: {}}\n",
                                 "services:\n  db: !reset {}\n  web:\n    ports: !reset []\n"
                                 "networks: {net: !reset null}\n"});
    CHECK(gone.text().empty());
    CHECK(gone.stack.services.size() == 1);
    CHECK(gone.service("ports") == "(nothing)");
    CHECK(gone.at({"networks"}) == "{}\n");
  }
  SECTION("in one file alone it removes what it marks") {
    const auto alone = put_texts(
        {"services:\n  web:\n    image: !override x\n    ports: !reset ['80:80']\n    dns: [a, "
         "!reset b]\n"});
    CHECK(alone.text().empty());
    CHECK(alone.at({"services", "web"}) == "image: x\ndns:\n  - a\n");
  }
  SECTION("docker does not know them") {
    CHECK(put_texts({base, "services:\n  web:\n    ports: !override ['90:90']\n"}, docker())
              .stack.services.at("web")
              .ports.size() == 3);
  }
}

TEST_CASE("every message names the file that its value came from", "[stack]") {
  const auto put = put_texts(
      {"services:\n  web:\n    image: x\n    ports: ['80:80']\n",
       "services:\n  web:\n    ports: ['70000:80']\n    hostnam: h\n    deploy:\n      replicas: "
       "-1\n    secrets: [s]\n"});
  CHECK(put.text() ==
        "b.yml:3:13: error: services.web.ports[0]: \"70000:80\" is no port: ports go from 0 to "
        "65535\n"
        "  hint: write \"8080\", \"80:8080\", \"80:8080/udp\" or \"9000-9005:9000-9005\"\n"
        "b.yml:4:5: error: services.web.hostnam: unknown key\n"
        "  hint: did you mean \"hostname\"?\n"
        "b.yml:6:17: error: services.web.deploy.replicas: -1 is below 0\n"
        "  hint: write 0 or more\n"
        "b.yml:7:15: error: services.web.secrets: there is no secret \"s\"\n"
        "  hint: declare it at the top level, under secrets:\n");
}

TEST_CASE("a slip in a service's name is seen", "[stack]") {
  const auto put = put_texts(
      {"services:\n  web: {image: x}\n", "services:\n  wbe:\n    deploy: {replicas: 2}\n"});
  CHECK(put.text() ==
        "b.yml:2:3: error: services.wbe: names no image\n"
        "  hint: did you mean \"web\" of a.yml:2:3?\n");
}

TEST_CASE("what is left out is named with the file where files differ", "[stack]") {
  const auto put = put_texts({"services:\n  web:\n    image: x\n    privileged: true\n",
                              "services:\n  web:\n    privileged: true\n"});
  CHECK(put.text() ==
        "a.yml:4:5: warning: Swarm cannot do these, they are left out: privileged (services.web, "
        "a.yml:4; services.web, b.yml:3)\n"
        "  hint: privileged: name the capabilities under cap_add\n");
}

TEST_CASE("files of different versions are refused", "[stack]") {
  const std::string base = "version: '3.8'\nservices: {web: {image: x}}\n";
  CHECK(put_texts({base, "version: '3.7'\nservices: {}\n"}).text() ==
        "b.yml:1:10: error: version: this file has version 3.7, but a.yml has 3.8\n"
        "  hint: write the same version in every file, or leave the lines out\n");
  CHECK(put_texts({base, "services: {}\n"}).text().empty());
  CHECK(put_texts({base, "services: {}\n"}, docker()).text() ==
        "b.yml:1:1: error: version: this file has version 3.13, but a.yml has 3.8\n"
        "  hint: write the same version in every file, or leave the lines out\n");
  CHECK(put_texts({"version: '3'\nservices: {web: {image: x}}\n", "version: '3.13'\n"})
            .text()
            .empty());
}

TEST_CASE("a later file that is no map is named", "[stack]") {
  CHECK(put_texts({"services: {web: {image: x}}\n", "- a\n"}).text() ==
        "b.yml:1:1: error: a stack file is a map\n  hint: begin with a line \"services:\"\n");
}
