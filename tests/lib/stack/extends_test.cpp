// extends: of the same file, of another one, in a circle.
#include "assemble_support.hpp"

using namespace skep;
using namespace skep::test;

TEST_CASE("a service extends another of its file", "[stack]") {
  const auto put = put_texts(
      {"services:\n"
       "  base: {image: \"x:1\", environment: [A=a, B=b], ports: ['80'], command: serve}\n"
       "  web:\n    extends: base\n    environment: {B: c}\n    ports: ['81', '80']\n"
       "    command: [other]\n"
       "  more:\n    extends: {service: web}\n    hostname: h\n"});
  CHECK(put.text().empty());
  const auto& web = put.stack.services.at("web");
  CHECK(web.image == "x:1");
  CHECK(web.environment == stack::Environment{{"A", "a"}, {"B", "c"}});
  CHECK(web.ports.size() == 2);
  CHECK(web.command == std::vector<std::string>{"other"});
  const auto& more = put.stack.services.at("more");
  CHECK(more.hostname == "h");
  CHECK(more.environment == web.environment);
}

TEST_CASE("what extends merges is the Compose Specification's", "[stack]") {
  const auto service = [](const std::string& base, const std::string& own) {
    return put_texts(
        {"services:\n  base: {image: x, " + base + "}\n  web: {extends: base, " + own + "}\n"});
  };
  CHECK(service("networks: {net: {aliases: [a]}}", "networks: {net: {aliases: [b, a]}}")
            .service("networks") == "net:\n  aliases:\n    - a\n    - b\n");
  CHECK(service("secrets: [{source: s, target: one}]", "secrets: [{source: s, target: two}]")
            .service("secrets") == "- source: s\n  target: one\n- source: s\n  target: two\n");
  CHECK(service("ulimits: {nofile: {soft: 1, hard: 2}}", "ulimits: {nofile: {hard: 3}}")
            .service("ulimits") == "nofile:\n  soft: 1\n  hard: 3\n");
  CHECK(service("volumes: ['zz:/z', 'aa:/a']", "volumes: ['cc:/z']").service("volumes") ==
        "- type: volume\n  source: cc\n  target: /z\n- type: volume\n  source: aa\n  target: /a\n");
  CHECK(service("cap_add: [A]", "cap_add: [A, B]").service("cap_add") == "- A\n- B\n");
  CHECK(service("deploy: {placement: {constraints: [node.labels.zone!=a]}}",
                "deploy: {placement: {constraints: [node.labels.zone!=b]}}")
            .service("deploy") ==
        "placement:\n  constraints:\n    - node.labels.zone!=a\n    - node.labels.zone!=b\n");
  CHECK(service("deploy: {placement: {preferences: [{spread: a}, {spread: b}]}}",
                "deploy: {placement: {preferences: [{spread: b}, {spread: c}]}}")
            .service("deploy") ==
        "placement:\n  preferences:\n    - spread: a\n    - spread: b\n    - spread: c\n");
  CHECK(service("tmpfs: '/run:size=1m'", "tmpfs: ['/run:size=2m']").service("tmpfs") ==
        "- /run:size=2m\n");
  CHECK(service("read_only: true", "read_only: false").service("read_only") == "false\n");
  CHECK(service("ports: ['80:80']", "ports: !override ['81:81']").service("ports") ==
        "- \"81:81\"\n");
  CHECK(service("ports: ['80:80']", "ports: !reset []").service("ports") == "(nothing)");
}

TEST_CASE("a service extends one of another file, whose paths mean that file's folder", "[stack]") {
  Folder folder;
  folder.options.read.env.variables["HOME"] = "/home/me";
  folder.dir.write("common/base.yml",
                   "services:\n"
                   "  deeper: {image: \"x:1\", volumes: ['./data:/data:ro', '~/h:/h', 'vol:/v']}\n"
                   "  base:\n    extends: deeper\n    env_file: one.env\n"
                   "    build: {context: ./src}\n"
                   "    volumes: [{type: bind, source: ../up, target: /up}]\n");
  folder.dir.write("common/one.env", "A=1\n");
  folder.dir.write("common/src/Dockerfile", "FROM scratch\n");
  folder.dir.write("stack.yml",
                   "services:\n  web:\n    extends: {file: common/base.yml, service: base}\n"
                   "    hostname: h\nvolumes: {vol: {}}\n");
  const auto put = folder.put({"stack.yml"});
  CHECK(put.text().empty());
  const auto& web = put.stack.services.at("web");
  const std::string base = folder.dir.path();
  CHECK(web.environment == stack::Environment{{"A", "1"}});
  CHECK(web.build->context == base + "/common/src");
  CHECK(web.mounts.at(0).source == base + "/common/data");
  CHECK(web.mounts.at(0).read_only);
  CHECK(web.mounts.at(2).source == "vol");
  CHECK(web.mounts.at(3).source == base + "/up");
  CHECK(web.hostname == "h");
  CHECK(put.stack.services.size() == 1);
}

TEST_CASE("what another file says is checked, and named with its place", "[stack]") {
  Folder folder;
  folder.dir.write("base.yml",
                   "services:\n  base:\n    image: x\n    hostnam: h\n    secrets: [s]\n"
                   "  other: {nonsense: 1}\n");
  folder.dir.write("stack.yml",
                   "services:\n  web:\n    extends: {file: base.yml, service: base}\n");
  CHECK(folder.findings({"stack.yml"}) ==
        "base.yml:4:5: error: services.base.hostnam: unknown key\n"
        "  hint: did you mean \"hostname\"?\n"
        "base.yml:5:15: error: services.web.secrets: there is no secret \"s\"\n"
        "  hint: declare it at the top level, under secrets:\n");
}

TEST_CASE("extends of nothing says what is there", "[stack]") {
  Folder folder;
  folder.dir.write("base.yml", "services: {backend: {image: x}}\n");
  const auto findings = [&](const std::string& extends) {
    folder.dir.write(
        "stack.yml",
        "services:\n  front: {image: y}\n  web:\n    image: x\n    extends: " + extends + "\n");
    return folder.findings({"stack.yml"});
  };
  CHECK(findings("frnt") ==
        "stack.yml:5:14: error: services.web.extends: there is no service \"frnt\"\n"
        "  hint: did you mean \"front\"?\n");
  CHECK(findings("something") ==
        "stack.yml:5:14: error: services.web.extends: there is no service \"something\"\n"
        "  hint: name a service of this file, or the file with \"file:\"\n");
  CHECK(findings("{file: base.yml, service: backed}") ==
        "stack.yml:5:40: error: services.web.extends: there is no service \"backed\" in base.yml\n"
        "  hint: did you mean \"backend\"?\n");
  CHECK(findings("{file: base.yml, service: something}") ==
        "stack.yml:5:40: error: services.web.extends: there is no service \"something\" in "
        "base.yml\n  hint: name a service of that file\n");
  CHECK(findings("{file: nowhere.yml, service: backend}") ==
        "stack.yml:5:21: error: services.web.extends.file: the file DIR/nowhere.yml is not "
        "there\n  hint: a relative path starts in the folder of the file that names it\n");
  CHECK(findings("{file: base.yml}") ==
        "stack.yml:5:14: error: services.web.extends: names no service\n"
        "  hint: write {service: NAME}, or {file:, service:}\n");
  CHECK(findings("{service: front, fil: base.yml}") ==
        "stack.yml:5:31: error: services.web.extends.fil: unknown key\n"
        "  hint: did you mean \"file\"?\n");
}

TEST_CASE("a circle of extends is named, step by step", "[stack]") {
  const auto put =
      put_texts({"services:\n  a: {image: x, extends: b}\n  b: {image: x, extends: c}\n"
                 "  c: {image: x, extends: b}\n"});
  CHECK(put.text() ==
        "a.yml:3:26: error: services.b.extends: the service extends itself in the end: c "
        "(a.yml:4:3) → b (a.yml:3:3) → c\n"
        "  hint: break the circle of extends\n"
        "a.yml:4:26: error: services.c.extends: the service extends itself in the end: b "
        "(a.yml:3:3) → c (a.yml:4:3) → b\n"
        "  hint: break the circle of extends\n");
  CHECK(put_texts({"services: {web: {image: x, extends: web}}\n"}).text() ==
        "a.yml:1:37: error: services.web.extends: the service extends itself in the end: web "
        "(a.yml:1:12) → web\n"
        "  hint: break the circle of extends\n");
  Folder folder;
  folder.dir.write("a.yml", "services: {web: {extends: {file: b.yml, service: web}}}\n");
  folder.dir.write("b.yml", "services: {web: {extends: {file: a.yml, service: web}}}\n");
  CHECK(folder.findings({"a.yml"}) ==
        "a.yml:1:12: error: services.web: names no image\n"
        "  hint: add \"image:\", or \"build:\" to build one\n"
        "b.yml:1:50: error: services.web.extends: the service extends itself in the end: web "
        "(a.yml:1:12) → web (b.yml:1:12) → web\n"
        "  hint: break the circle of extends\n");
}

TEST_CASE("variables are replaced in the extended file too", "[stack]") {
  Folder folder;
  folder.options.interpolation.lookup = [](const std::string& name) {
    return name == "TAG" ? std::optional<std::string>("7") : std::nullopt;
  };
  folder.dir.write("base.yml", "services: {base: {image: \"x:${TAG}\"}}\n");
  folder.dir.write("a.yml", "services: {web: {extends: {file: base.yml, service: base}}}\n");
  CHECK(folder.put({"a.yml"}).stack.services.at("web").image == "x:7");
}
