// What docker's CLI cannot be asked about: what the Compose Specification adds, builds, names, the
// order of rollout.
#include "convert/convert.hpp"

#include "base/files.hpp"
#include "base/json.hpp"
#include "convert/desired.hpp"
#include "stack/assemble.hpp"
#include "stack/keys.hpp"
#include "stack/read.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "yaml/read.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>

namespace skep {
namespace {

const std::string kBeyond = std::string(SKEP_SOURCE_DIR) + "/tests/lib/convert/beyond_docker.yml";

const std::string kSeveral = std::string(SKEP_SOURCE_DIR) + "/tests/lib/convert/several";

yaml::Document document_of(const std::string& text, Diagnostics& problems) {
  return yaml::read(text, "s.yml", problems);
}

convert::Desired desired_of(const std::string& text, const std::string& name,
                            Diagnostics& problems) {
  stack::ReadOptions options;
  options.base_dir = "/base";
  options.env.variables = {{"TOKEN", "t0ken"}};
  return convert::convert(stack::read(document_of(text, problems), options, problems), name,
                          problems);
}

std::string names_problem(const std::string& text, const std::string& stack) {
  Diagnostics problems;
  desired_of(text, stack, problems);
  return format(problems);
}

Json to_json(const convert::DesiredService& service) {
  Json result = {
      {"spec", service.spec.json()}, {"depends_on", service.depends_on}, {"image", service.image}};
  if (service.build) {
    result["build"] = {{"context", service.build->context},
                       {"dockerfile", service.build->dockerfile},
                       {"args", service.build->args},
                       {"target", service.build->target},
                       {"labels", service.build->labels}};
  }
  return result;
}

std::string text_of(const convert::Desired& desired) {
  Json result = Json::object();
  for (const auto& service : desired.services) result["services"][service.key] = to_json(service);
  for (const auto& network : desired.networks) result["networks"][network.key] = network.spec;
  for (const auto& secret : desired.secrets)
    result["secrets"][secret.key] = {{"spec", secret.spec}, {"data", secret.data.reveal()}};
  for (const auto& config : desired.configs)
    result["configs"][config.key] = {{"spec", config.spec}, {"data", config.data.reveal()}};
  return dump_json_pretty(result) + "\n";
}

/// The rows of the table that a document touches.
void rows(const yaml::Node& node, const stack::KeyTree& tree, std::set<std::string>& touched) {
  for (const auto& entry : node.entries()) {
    const auto* row = tree.child(entry.key);
    if (row == nullptr) continue;
    touched.insert(std::string(row->key.path));
    rows(entry.value, *row, touched);
  }
  for (const auto& item : node.items()) {
    const auto* row = tree.item();
    if (row == nullptr) continue;
    touched.insert(std::string(row->key.path));
    rows(item, *row, touched);
  }
}

}  // namespace

TEST_CASE("what the Compose Specification adds arrives in the specs", "[convert]") {
  Diagnostics problems;
  const auto desired = desired_of(read_file(kBeyond), "app", problems);
  INFO(format(problems));
  CHECK_FALSE(problems.has_errors());
  test::golden(SKEP_TEST_DIR, "beyond_docker.json", text_of(desired));
}

TEST_CASE("what several files bring in arrives in the specs", "[convert]") {
  Diagnostics problems;
  stack::AssembleOptions options;
  options.read.base_dir = kSeveral;
  options.read.env.cwd = kSeveral;
  options.profiles = {"on"};
  options.interpolation.lookup = [](const std::string&) { return std::nullopt; };
  std::vector<yaml::Document> files;
  for (const char* name : {"1.yml", "2.yml"})
    files.push_back(stack::read_compose(kSeveral + "/" + name, name, options, problems));
  const auto stack = stack::read(stack::assemble(files, options, problems), options.read, problems);
  std::string text = text_of(convert::convert(stack, "app", problems));
  INFO(format(problems));
  CHECK(problems.empty());
  for (auto at = text.find(kSeveral); at != std::string::npos; at = text.find(kSeveral, at))
    text.replace(at, kSeveral.size(), "/SEVERAL");
  test::golden(SKEP_TEST_DIR, "several.json", text);
}

TEST_CASE("every key that is converted stands in a case file, so that a body shows it",
          "[convert]") {
  const auto& tree = stack::key_tree();
  std::set<std::string> touched;
  Diagnostics problems;
  rows(document_of(read_file(kBeyond), problems).root, tree, touched);
  rows(document_of(read_file(kSeveral + "/1.yml"), problems).root, tree, touched);
  const std::string conformance = std::string(SKEP_SOURCE_DIR) + "/tests/conformance/cases";
  for (const auto& entry : std::filesystem::directory_iterator(conformance)) {
    if (entry.path().extension() != ".yml") continue;
    rows(document_of(read_file(entry.path().string()), problems).root, tree, touched);
  }
  std::string missing;
  for (const auto& key : stack::all_keys()) {
    const bool counts =
        key.status == stack::Status::converted && !touched.contains(std::string(key.path));
    if (counts) missing += std::string(key.path) + "\n";
  }
  CHECK(missing == "");
}

TEST_CASE("a service's full name has at most 63 characters and is a DNS label", "[convert]") {
  const std::string text = "services: {web: {image: x}}\n";
  CHECK(names_problem(text, std::string(59, 'a')) == "");
  CHECK(names_problem(text, std::string(60, 'a')) ==
        "s.yml:1:12: error: services.web: the service's name \"" + std::string(60, 'a') +
            "_web\" has 64 characters, at most 63 are allowed\n  hint: shorten it, or the stack's "
            "name\n");
  CHECK(names_problem("services: {w.b: {image: x}}\n", "app") ==
        "s.yml:1:12: error: services.w.b: the engine takes no service named \"app_w.b\"\n"
        "  hint: use letters and digits, and - or _ between them\n");
}

TEST_CASE("names of secrets and configs: length, form, and two of one name", "[convert]") {
  const std::string head = "services: {web: {image: x}}\n";
  CHECK(names_problem(head + "configs: {c: {content: x, name: -x}}\n", "app") ==
        "s.yml:2:33: error: configs.c: the engine takes no config named \"-x\"\n"
        "  hint: use letters and digits, and -, _ or . between them\n");
  CHECK(
      names_problem(head + "configs: {a: {content: x, name: same}, b: {content: y, name: same}}\n",
                    "app") ==
      "s.yml:2:62: error: configs.b: its name \"same\" is a's too, which says something "
      "else\n  hint: give them different names\n");
  CHECK(names_problem(head + "networks: {a: {name: n}, b: {name: n, internal: true}}\n", "app") ==
        "");  // nobody uses them
  CHECK(names_problem("services: {web: {image: x, networks: [a, b]}}\n"
                      "networks: {a: {name: n}, b: {name: n, internal: true}}\n",
                      "app") ==
        "s.yml:2:26: error: networks.b: its name \"n\" is a's too, which says something else\n"
        "  hint: give them different names\n");
  CHECK(names_problem(head + "secrets: {" + std::string(61, 's') + ": {environment: TOKEN}}\n",
                      "app") == "s.yml:2:11: error: secrets." + std::string(61, 's') +
                                    ": the secret's name \"app_" + std::string(61, 's') +
                                    "\" has 65 characters, at most 64 are allowed\n  hint: shorten "
                                    "it, or the stack's name\n");
}

TEST_CASE("an external object has no body and keeps its own name", "[convert]") {
  Diagnostics problems;
  const auto desired = desired_of(
      "services: {web: {image: x, secrets: [s], networks: [n]}}\nsecrets: {s: {external: true}}\n"
      "networks: {n: {external: true, name: other}, unused: }\n",
      "app", problems);
  REQUIRE(desired.secrets.size() == 1);
  CHECK(desired.secrets[0].external);
  CHECK(desired.secrets[0].name == "s");
  REQUIRE(desired.networks.size() == 1);
  CHECK(desired.networks[0].name == "other");
  CHECK(desired.networks[0].spec.is_null());
}

TEST_CASE("two keys of one name that say the same are one object", "[convert]") {
  Diagnostics problems;
  const auto desired = desired_of(
      "services: {web: {image: x, secrets: [a, b, c], configs: [d, e], networks: [n, m]}}\n"
      "secrets: {c: {external: true, name: s}, a: {environment: TOKEN, name: s},\n"
      "  b: {environment: TOKEN, name: s}}\n"
      "configs: {d: {content: x, name: c}, e: {content: x, name: c}}\n"
      "networks: {n: {name: net}, m: {name: net}}\n",
      "app", problems);
  CHECK(format(problems) == "");
  REQUIRE(desired.secrets.size() == 1);
  CHECK_FALSE(desired.secrets[0].external);
  CHECK(desired.configs.size() == 1);
  CHECK(desired.networks.size() == 1);
  const Json& task = desired.services.at(0).spec.json().at("TaskTemplate");
  CHECK(task.at("ContainerSpec").at("Secrets").size() == 3);
  CHECK(task.at("Networks").size() == 2);
}

TEST_CASE("an external secret or config that nobody uses is not looked at", "[convert]") {
  Diagnostics problems;
  const auto desired = desired_of(
      "services: {web: {image: x, configs: [used], credential_spec: {config: spec}}}\n"
      "secrets: {unused: {external: true}, own: {environment: TOKEN}}\n"
      "configs: {unused: {external: true}, used: {external: true}, spec: {external: true}}\n",
      "app", problems);
  CHECK(format(problems) == "");
  REQUIRE(desired.secrets.size() == 1);
  CHECK(desired.secrets[0].key == "own");
  REQUIRE(desired.configs.size() == 2);
  CHECK(desired.configs[0].key == "spec");
  CHECK(desired.configs[1].key == "used");
}

TEST_CASE("a service that is built says where to, and how", "[convert]") {
  Diagnostics problems;
  const auto desired =
      desired_of("services: {web: {image: x, build: {context: ., pull: true, no_cache: true}}}\n",
                 "app", problems);
  CHECK_FALSE(problems.has_errors());  // the folder is not here: a notice
  const auto& build = *desired.services.at(0).build;
  CHECK(build.context == "/base");
  CHECK(build.pull);
  CHECK(build.no_cache);
  CHECK(build.wrong.empty());
}

}  // namespace skep
