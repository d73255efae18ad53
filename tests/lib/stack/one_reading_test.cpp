// The same text is read the same way however many files there are: in its short form, in the long
// one that files are merged in, and behind a file that says nothing.
#include "assemble_support.hpp"
#include "base/files.hpp"
#include "stack/canonical.hpp"
#include "stack/canonical_file.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>

using namespace skep;
using namespace skep::test;
using stack::Compat;

namespace {

const std::string kConformance = std::string(SKEP_SOURCE_DIR) + "/tests/conformance";

#ifndef SKEP_ONE_READING_STEP
#define SKEP_ONE_READING_STEP 97  // every 97th of all changes; 1 is all of them
#endif

std::vector<std::string> texts() {
  std::vector<std::string> result;
  for (const char* folder : {"/cases", "/refused"}) {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::directory_iterator(kConformance + folder)) {
      if (entry.path().extension() == ".yml") paths.push_back(entry.path().string());
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) result.push_back(read_file(path));
  }
  return result;
}

stack::AssembleOptions options_as(Compat compat) {
  auto read = options_with({{"HOME", "/home/me"}}, kConformance + "/cases");
  read.compat = compat;
  auto options = assembling(read);
  options.interpolation.lookup = [](const std::string&) { return std::optional<std::string>("1"); };
  return options;
}

/// Each value of a service and of an object at the top level in the form in which it is merged.
yaml::Node in_long_form(yaml::Node root, Compat compat) {
  const auto& tree = stack::key_tree();
  for (std::size_t s = 0; s < root.entries().size(); ++s) {
    const stack::KeyTree* section = tree.child(root.entries()[s].key);
    yaml::Node& objects = root.value_at(s);
    if (section == nullptr || section->child("x") == nullptr) continue;
    for (std::size_t o = 0; o < objects.entries().size(); ++o) {
      yaml::Node& object = objects.value_at(o);
      for (std::size_t k = 0; k < object.entries().size(); ++k) {
        const std::string& key = object.entries()[k].key;
        const stack::KeyTree* row =
            key.starts_with("x-") ? nullptr : section->child("x")->child(key);
        if (row != nullptr)
          object.value_at(k) = stack::canonical(std::move(object.value_at(k)), *row, compat);
      }
    }
  }
  return root;
}

struct Read {
  stack::Stack stack;
  bool errors = false;
  std::string findings;  // without the numbers of items: one short port may be many long ones
  yaml::Node config;
};

Read read_whole(stack::Assembled files, const stack::AssembleOptions& options,
                const Diagnostics& reading) {
  static const std::regex kNumber("(\\[[0-9]+\\])+");
  Read result;
  Diagnostics problems = reading;
  result.stack = stack::read(files, options.read, problems);
  result.errors = problems.has_errors();
  result.findings = std::regex_replace(format(problems), kNumber, "");
  Diagnostics ignored;
  result.config = stack::canonical_file(files.document.root, options.read, true, ignored);
  return result;
}

void check_same(const Read& one, const Read& other) {
  CHECK(one.findings == other.findings);
  if (one.errors) return;
  CHECK(one.stack == other.stack);
  CHECK(yaml::emit(one.config) == yaml::emit(other.config));
}

/// `services: {web: {}}` for each service of the file, and `more` below it.
yaml::Document silent(const yaml::Node& root, Compat compat) {
  yaml::Node file = yaml::Node::map();
  const yaml::Entry* version = root.find_entry("version");
  if (version != nullptr && compat == Compat::docker) file.put(*version);
  const yaml::Node* named = root.find("services");
  if (named == nullptr) return {std::move(file), "silent.yml"};
  yaml::Node services = yaml::Node::map();
  if (compat == Compat::none) {
    for (const auto& entry : named->entries())
      services.put({entry.key, yaml::Node::map(), entry.key_place});
  }
  file.put({"services", std::move(services), {}});
  return {std::move(file), "silent.yml"};
}

void check_one_reading(const yaml::Document& document, Compat compat) {
  const auto options = options_as(compat);
  Diagnostics reading;
  yaml::Document file = document;
  auto how = options.interpolation;
  if (compat == Compat::docker) how.dialect = yaml::Dialect::docker;
  file.root = yaml::interpolate(std::move(file.root), how, reading);
  if (!file.root.is_map()) return;
  auto assembled = stack::assemble({file}, options, reading);
  const Read plain = read_whole(assembled, options, reading);
  INFO(yaml::emit(file.root));
  {
    INFO("in the long form");
    auto in_long = assembled;
    in_long.document.root = in_long_form(std::move(in_long.document.root), compat);
    check_same(plain, read_whole(in_long, options, reading));
  }
  INFO("behind a file that says nothing");
  Diagnostics again = reading;
  check_same(plain, read_whole(stack::assemble({file, silent(file.root, compat)}, options, again),
                               options, again));
}

std::size_t count_nodes(const yaml::Node& node) {
  std::size_t count = 1;
  for (const auto& item : node.items()) count += count_nodes(item);
  for (const auto& entry : node.entries()) count += count_nodes(entry.value);
  return count;
}

/// Puts `other` in the place of the n-th node; false while there are fewer.
bool replace_nth(yaml::Node& node, std::size_t& n, const yaml::Node& other) {
  if (n-- == 0) {
    const yaml::Place place = node.place();
    node = other;
    node.at(place);
    return true;
  }
  for (auto& item : node.items()) {
    if (replace_nth(item, n, other)) return true;
  }
  for (std::size_t i = 0; i < node.entries().size(); ++i) {
    if (replace_nth(node.value_at(i), n, other)) return true;
  }
  return false;
}

std::vector<yaml::Node> others() {
  using yaml::Node;
  std::vector<Node> result = {
      Node(),
      Node::boolean(true),
      Node::integer(5),
      Node::integer(-7),
      Node::floating(1.5),
      Node::plain("0440"),
      Node::plain("2001-12-14"),
      Node::list(),
      Node::map(),
      Node::list({Node(), Node::integer(1), Node::string("a"), Node::list(), Node::map()}),
      Node::map(
          {{"x-a", Node(), {}}, {"name", Node::integer(1), {}}, {"a", Node::string("b"), {}}})};
  for (const char* text : {"",
                           "x:y:z",
                           "127.0.0.1:80:80",
                           "80-81:80-81/udp",
                           "70000:80",
                           "./a:/b:z",
                           "/a:/b:nocopy",
                           "v:/b:rslave",
                           "0440",
                           "99999",
                           "-5",
                           "-5s",
                           "1.5m",
                           "90s",
                           "64q",
                           "A=b",
                           "x-a",
                           "true",
                           "yes",
                           "service",
                           "a 'b",
                           "~/a:/b"})
    result.push_back(Node::string(text));
  for (const char* text : {"440", "true", "-1", "8"})
    result.push_back(Node::string(text).set_interpolated(true));
  return result;
}

}  // namespace

TEST_CASE("each conformance case reads the same in its long form and behind a silent file",
          "[stack]") {
  const auto all = texts();
  CHECK(all.size() > 200);
  for (const auto& text : all) {
    for (const Compat compat : {Compat::none, Compat::docker}) {
      Diagnostics problems;
      try {
        check_one_reading(yaml::read(text, "s.yml", problems, yaml::MergeTags::take), compat);
      } catch (const Error& error) {
        CHECK(error.kind() == Kind::input);  // no YAML: there is nothing to read
      }
    }
  }
}

TEST_CASE("so does each of them with any value in the place of another", "[stack]") {
  const auto values = others();
  std::size_t n = 0, tried = 0;
  for (const auto& text : texts()) {
    Diagnostics problems;
    yaml::Document document;
    try {
      document = yaml::read(text, "s.yml", problems);
    } catch (const Error&) {
      continue;
    }
    const std::size_t nodes = count_nodes(document.root);
    for (std::size_t at = 1; at < nodes; ++at) {
      for (const auto& other : values) {
        if (++n % SKEP_ONE_READING_STEP != 0) continue;
        yaml::Document changed = document;
        std::size_t place = at;
        replace_nth(changed.root, place, other);
        check_one_reading(changed, n % 2 == 0 ? Compat::none : Compat::docker);
        ++tried;
      }
    }
  }
  CHECK(tried > 1000);
}

TEST_CASE("an address of a port is told in either form, alone, below others and extended",
          "[stack]") {
  const std::string warning =
      "a.yml:4:13: warning: Swarm cannot do these, they are left out: the address 127.0.0.1 "
      "(services.web.ports[0], line 4)\n"
      "  hint: the address 127.0.0.1: Swarm publishes on every address of the node\n";
  const std::string ports = "ports: ['127.0.0.1:80:80']";
  CHECK(put_services(ports, "hostname: h").text() == warning);
  CHECK(put_services(ports, "ports: ['443:443']").text() == warning);
  CHECK(put_services(ports, "ports: []").text() == warning);
  CHECK(put_texts({"services:\n  base:\n    image: x\n    ports: ['127.0.0.1:80:80']\n"
                   "  web: {extends: base, ports: !override ['81:81']}\n"})
            .text() ==
        "a.yml:4:13: warning: Swarm cannot do these, they are left out: the address 127.0.0.1 "
        "(services.base.ports[0], line 4)\n"
        "  hint: the address 127.0.0.1: Swarm publishes on every address of the node\n");
  CHECK(put_texts({"services:\n  base:\n    image: x\n    ports: ['127.0.0.1:80:80']\n"
                   "  web: {extends: base, ports: ['127.0.0.1:81:81']}\n"})
            .text()
            .find("the address 127.0.0.1 (services.base.ports[0], line 4; services.web.ports[0], "
                  "line 5)") != std::string::npos);
  CHECK(put_services("ports: [{target: 80, host_ip: 127.0.0.1}]", "ports: ['443:443']").text() ==
        "a.yml:4:26: warning: Swarm cannot do these, they are left out: host_ip "
        "(services.web.ports[0], line 4)\n"
        "  hint: host_ip: Swarm publishes on every address of the node\n");
  for (const char* every :
       {"ports: ['0.0.0.0:80:80']", "ports: ['[::]:80:80']",
        "ports: [{target: 80, host_ip: 0.0.0.0}]", "ports: [{target: 80, host_ip: '::'}]"}) {
    INFO(every);
    CHECK(put_services(every, "ports: ['443:443']").text().empty());
  }
}

TEST_CASE("an option of a mount is told once, and the mount can be overridden", "[stack]") {
  const auto put = put_services("volumes: ['/a:/x:z']", "volumes: ['/b:/x']");
  CHECK(put.text() ==
        "a.yml:4:15: warning: Swarm cannot do these, they are left out: the options z and Z "
        "(services.web.volumes[0], line 4)\n"
        "  hint: the options z and Z: Swarm has no z and Z; label the folder on the node\n");
  CHECK(put.stack.services.at("web").mounts.size() == 1);
  CHECK(put.stack.services.at("web").mounts.front().source == "/b");
}

TEST_CASE("a variable's text is the same mode in one file and in two", "[stack]") {
  const auto options = assembling(options_with({{"MODE", "288"}}));
  const auto mode = [&](const std::string& over) {
    const auto put = put_services("configs: [{source: c, mode: '${MODE}'}]", over, options);
    return put.stack.services.at("web").configs.front().mode;
  };
  CHECK(mode("hostname: h") == 0440);
  CHECK(mode("configs: [d]") == 0440);
}

TEST_CASE("docker's date stays what it was where files are merged", "[stack]") {
  const auto value = [](const std::string& base, const std::string& over) {
    return put_services(base, over, assembling(as_docker()))
        .stack.services.at("web")
        .environment.at("A");
  };
  const std::string time = "2001-12-14 00:00:00 +0000 UTC";
  CHECK(value("environment: {A: 2001-12-14}", "environment: {B: b}") == time);
  CHECK(value("environment: ['A=2001-12-14']", "environment: {B: b}") == "2001-12-14");
  Folder folder;
  folder.options = assembling(as_docker());
  folder.options.read.base_dir = folder.dir.path();
  folder.dir.write("e.env", "A=2001-12-14\n");
  folder.dir.write("a.yml", "services: {web: {image: x, env_file: e.env}}\n");
  folder.dir.write("b.yml", "services: {web: {environment: {B: b}}}\n");
  CHECK(folder.put({"a.yml", "b.yml"}).stack.services.at("web").environment.at("A") ==
        "2001-12-14");
}

TEST_CASE("a file that is included or extended is read as where it stands alone", "[stack]") {
  Folder folder;
  folder.dir.write("app/stack.yml",
                   "version: '9'\nservices:\n  web:\n    image: x\n    build: {target: t}\n"
                   "    ports: ['127.0.0.1:80:80']\n");
  folder.dir.write("a.yml", "include: [app/stack.yml]\n");
  folder.dir.write("b.yml", "services: {web: {extends: {file: app/stack.yml, service: web}}}\n");
  const std::string warning =
      "app/stack.yml:6:13: warning: Swarm cannot do these, they are left out: the address "
      "127.0.0.1 (services.web.ports[0], line 6)\n"
      "  hint: the address 127.0.0.1: Swarm publishes on every address of the node\n";
  CHECK(folder.findings({"a.yml"}) ==
        "app/stack.yml:1:10: error: version: unsupported Compose file version \"9\"\n"
        "  hint: the format's versions are 3.0 to 3.13; without the line the newest counts\n" +
            warning);
  CHECK(folder.findings({"b.yml"}) == warning);
  for (const char* file : {"a.yml", "b.yml"}) {
    CHECK(folder.put({file}).stack.services.at("web").build->context == folder.dir.path() + "/app");
  }
}

TEST_CASE("files of version 2 are told of once, and go with any other", "[stack]") {
  CHECK(put_texts({"version: '2.1'\nservices: {web: {image: x}}\n", "version: '2.4'\n",
                   "version: '3.8'\n"})
            .text() ==
        "a.yml:1:10: notice: version: version 2 is read as Compose reads it: as the Compose "
        "Specification says (also at b.yml:1)\n"
        "  hint: the line can go\n");
}
