// include: other files' services, networks, volumes, secrets and configs.
#include "assemble_support.hpp"

using namespace skep;
using namespace skep::test;

TEST_CASE("an included file adds what it has, its paths mean its own folder", "[stack]") {
  Folder folder;
  folder.dir.write("db/stack.yml",
                   "services:\n  db:\n    image: y\n    env_file: one.env\n    secrets: [s]\n"
                   "    volumes: ['./data:/data']\n"
                   "networks: {back: {}}\nsecrets: {s: {file: s.txt}}\n");
  folder.dir.write("db/one.env", "A=1\n");
  folder.dir.write("db/s.txt", "secret");
  SECTION("as a path") {
    folder.dir.write("a.yml",
                     "include: [db/stack.yml]\nservices: {web: {image: x, networks: [back]}}\n");
  }
  SECTION("as a map") {
    folder.dir.write("a.yml",
                     "include:\n  - path: db/stack.yml\n"
                     "services: {web: {image: x, networks: [back]}}\n");
  }
  const auto put = folder.put({"a.yml"});
  CHECK(put.text().empty());
  CHECK(put.stack.services.size() == 2);
  CHECK(put.stack.services.at("db").mounts.at(0).source == folder.dir.path() + "/db/data");
  CHECK(put.stack.services.at("db").environment == stack::Environment{{"A", "1"}});
  CHECK(put.stack.secrets.at("s").data.reveal() == "secret");
  CHECK(put.stack.networks.count("back") == 1);
  CHECK(put.at({"include"}) == "(nothing)");
}

TEST_CASE("the paths of one include are laid over each other, and project_directory counts",
          "[stack]") {
  Folder folder;
  folder.dir.write("db/stack.yml", "services: {db: {image: 'y:1', volumes: ['./data:/data']}}\n");
  folder.dir.write("db/over.yml", "services: {db: {image: 'y:2'}}\n");
  folder.dir.write("a.yml",
                   "include:\n  - path: [db/stack.yml, db/over.yml]\n    project_directory: other\n"
                   "services: {web: {image: x}}\n");
  const auto put = folder.put({"a.yml"});
  CHECK(put.text().empty());
  CHECK(put.stack.services.at("db").image == "y:2");
  CHECK(put.stack.services.at("db").mounts.at(0).source == folder.dir.path() + "/other/data");
}

TEST_CASE("an included file has the variables of its own folder, behind the including one's",
          "[stack]") {
  Folder folder;
  folder.options.interpolation.lookup = [](const std::string& name) {
    return name == "OUTER" ? std::optional<std::string>("outer") : std::nullopt;
  };
  folder.dir.write("db/stack.yml", "services: {db: {image: 'y:${TAG}', hostname: '${OUTER}'}}\n");
  folder.dir.write("db/.env", "TAG=env\nOUTER=inner\n");
  folder.dir.write("db/named.env", "TAG=named\n");
  const auto db = [&](const std::string& include) {
    folder.dir.write("a.yml", "include: [" + include + "]\n");
    const auto put = folder.put({"a.yml"});
    CHECK(put.text().empty());
    return put.stack.services.at("db");
  };
  CHECK(db("db/stack.yml").image == "y:env");
  CHECK(db("db/stack.yml").hostname == "outer");
  CHECK(db("{path: db/stack.yml, env_file: db/named.env}").image == "y:named");
  folder.dir.write("a.yml", "include: [{path: db/stack.yml, env_file: /dev/null}]\n");
  CHECK(folder.put({"a.yml"}).text().find(
            "db/stack.yml:1:24: error: services.db.image: the variable TAG is not set\n"
            "  hint: set it, or give a default: ${NAME:-default}\n") != std::string::npos);
  SECTION("those that it used are told") {
    std::vector<yaml::Variable> used;
    folder.options.used = [&](const yaml::Variable& variable) { used.push_back(variable); };
    db("db/stack.yml");
    CHECK(used == std::vector<yaml::Variable>{{"TAG", "env", {"db/.env", 1, 0}}});
  }
}

TEST_CASE("an include that conflicts is refused with both places, an equal one is not", "[stack]") {
  Folder folder;
  folder.dir.write("b.yml", "services:\n  web: {image: y}\nnetworks: {net: {}}\n");
  folder.dir.write("a.yml", "include: [b.yml]\nservices:\n  web: {image: x}\n");
  CHECK(folder.findings({"a.yml"}) ==
        "b.yml:2:3: error: services.web: is there already, at a.yml:3:3: an include adds and does "
        "not override\n"
        "  hint: rename one of them, or lay one file over the other with -c\n");
  folder.dir.write("a.yml", "include: [b.yml, c.yml]\nnetworks: {net: {}}\n");
  folder.dir.write("c.yml", "include: [b.yml]\n");
  CHECK(folder.findings({"a.yml"}).empty());
  SECTION("a later -c file may override what an earlier one includes") {
    folder.dir.write("d.yml", "services: {web: {image: 'z:1'}}\n");
    const auto put = folder.put({"a.yml", "d.yml"});
    CHECK(put.text().empty());
    CHECK(put.stack.services.at("web").image == "z:1");
  }
}

TEST_CASE("a service extends one that an include brought", "[stack]") {
  Folder folder;
  folder.dir.write("b.yml", "services: {base: {image: 'y:1'}}\n");
  folder.dir.write("a.yml", "include: [b.yml]\nservices: {web: {extends: base, hostname: h}}\n");
  CHECK(folder.put({"a.yml"}).stack.services.at("web").image == "y:1");
}

TEST_CASE("mistakes in an include are named where they are", "[stack]") {
  Folder folder;
  const auto findings = [&](const std::string& include) {
    folder.dir.write("a.yml", "include: " + include + "\nservices: {web: {image: x}}\n");
    return folder.findings({"a.yml"});
  };
  folder.dir.write("b.yml", "services:\n  db:\n    imag: y\n");
  folder.dir.write("c.yml", "include: [a.yml]\n");
  CHECK(findings("[b.yml]") ==
        "b.yml:3:5: error: services.db.imag: unknown key\n  hint: did you mean \"image\"?\n");
  CHECK(findings("[nowhere.yml]") ==
        "a.yml:1:11: error: include[0]: the file DIR/nowhere.yml is not there\n"
        "  hint: a relative path starts in the folder of the file that names it\n");
  folder.dir.write("only.yml", "include: [nowhere.yml]\n");
  CHECK(folder.findings({"only.yml"}) ==
        "only.yml:1:11: error: include[0]: the file DIR/nowhere.yml is not there\n"
        "  hint: a relative path starts in the folder of the file that names it\n");
  CHECK(findings("[c.yml]") ==
        "c.yml:1:11: error: include[0]: the file includes itself in the end: a.yml → c.yml → "
        "a.yml\n  hint: break the circle of includes\n");
  CHECK(findings("[{paht: c.yml}]") ==
        "a.yml:1:11: error: include[0]: names no file\n"
        "  hint: write a path, or {path: FILE}\n"
        "a.yml:1:12: error: include[0].paht: unknown key\n  hint: did you mean \"path\"?\n");
  CHECK(findings("['https://example.com/x.git']") ==
        "a.yml:1:11: error: include[0]: \"https://example.com/x.git\" is no file\n"
        "  hint: skep includes files of this machine only: fetch it first\n");
  folder.dir.write("b.yml", "services: {db: {image: y}}\n");
  CHECK(findings("[{path: b.yml, env_file: no.env}]") ==
        "a.yml:1:35: error: include[0].env_file: the file DIR/no.env is not there\n"
        "  hint: a relative path starts in the folder of the file that names it\n");
  CHECK(findings("b.yml") ==
        "a.yml:1:10: error: include: must be a list, not \"b.yml\"\n"
        "  hint: write each item on a line of its own, with \"- \" before it\n");
}
