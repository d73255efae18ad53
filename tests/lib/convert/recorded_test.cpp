// What the real docker CLI sent for each case file of tests/conformance, against what convert makes
// of it.
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"
#include "convert/convert.hpp"
#include "convert/desired.hpp"
#include "stack/read.hpp"
#include "support/catch.hpp"
#include "yaml/interpolate.hpp"
#include "yaml/read.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>

namespace skep {
namespace {

const std::string kConformance = std::string(SKEP_SOURCE_DIR) + "/tests/conformance";
const std::string kCases = kConformance + "/cases";

/// Of one file each, and of what a file alone decides: merges of several, images that are looked up
/// and what an engine's API adds are run.py's matter.
std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kCases)) {
    if (entry.path().extension() != ".yml") continue;
    const std::string text = read_file(entry.path().string());
    const auto says = [&](const char* head) { return text.find(head) != std::string::npos; };
    if (!says("# and: ") && !says("# api: ") && !says("# resolve: "))
      names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// `# env: NAME=VALUE` lines of a case file
Env env_of(const std::string& text) {
  Env env;
  env.cwd = kCases;
  for (std::size_t at = text.find("# env: "); at != std::string::npos;
       at = text.find("# env: ", at + 1)) {
    const std::string line = text.substr(at + 7, text.find('\n', at) - at - 7);
    env.variables[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
  }
  return env;
}

convert::Desired convert_case(const std::string& path, stack::Compat compat,
                              Diagnostics& problems) {
  const std::string text = read_file(path);
  const Env env = env_of(text);
  yaml::Document document = yaml::read(text, path, problems);
  const bool as_docker = compat == stack::Compat::docker;
  yaml::Interpolation how{[&](const std::string& name) { return env.get(name); }, as_docker,
                          as_docker ? yaml::Dialect::docker : yaml::Dialect::compose};
  document.root = yaml::interpolate(document.root, how, problems);
  return convert::convert(stack::read(document, {kCases, env, false, compat}, problems), "app",
                          problems);
}

Json object_body(const convert::DesiredObject& object) {
  Json body = object.spec;
  body["Name"] = object.name;
  const auto& data = object.data.reveal();
  if (object.driver.empty()) body["Data"] = valid_utf8(data) ? data : "base64:" + base64(data);
  return body;
}

std::string replaced(std::string text, const std::string& place, const std::string& name) {
  const auto at = text.find(place);
  return at == std::string::npos ? text : text.replace(at, place.size(), name);
}

/// The checkout's place out of every text, as the recording has it.
void replace_place(Json& value) {
  if (value.is_string()) {
    value = replaced(replaced(value.get<std::string>(), kCases, "@CASES@"), kConformance,
                     "@CONFORMANCE@");
    return;
  }
  for (auto& item : value) {
    if (item.is_structured() || item.is_string()) replace_place(item);
  }
}

/// docker's sort leaves those of one published port in any order; the recording has them in this
/// one.
void sort_ports(Json& service) {
  auto& endpoint = service.at("EndpointSpec");
  if (!endpoint.contains("Ports")) return;
  auto ports = endpoint.at("Ports").get<std::vector<Json>>();
  std::sort(ports.begin(), ports.end(), [](const Json& a, const Json& b) {
    const auto key = [](const Json& port) {
      return std::tuple(port.value("PublishedPort", 0), port.at("TargetPort").get<int>(),
                        port.value("Protocol", std::string()));
    };
    return key(a) < key(b);
  });
  endpoint["Ports"] = std::move(ports);
}

/// By name and target, as the recording has them: docker sends two of one object in any order. Ids
/// stand there as names.
void sort_references(Json& service, const char* list, const char* name, const char* id) {
  auto& container = service.at("TaskTemplate").at("ContainerSpec");
  if (!container.contains(list)) return;
  auto references = container.at(list).get<std::vector<Json>>();
  for (auto& one : references) one[id] = one.at(name);
  std::stable_sort(references.begin(), references.end(), [&](const Json& a, const Json& b) {
    const auto key = [&](const Json& one) {
      const std::string target =
          one.contains("File") ? one.at("File").at("Name").get<std::string>() : "";
      return std::pair(one.at(name).get<std::string>(), target);
    };
    return key(a) < key(b);
  });
  container[list] = std::move(references);
}

Json bodies(const convert::Desired& desired) {
  Json result = Json::object();
  for (const auto& network : desired.networks) {
    if (!network.external) result["networks/" + network.name] = network.spec;
  }
  for (const auto& secret : desired.secrets) {
    if (!secret.external) result["secrets/" + secret.name] = object_body(secret);
  }
  for (const auto& config : desired.configs) {
    if (!config.external) result["configs/" + config.name] = object_body(config);
  }
  for (const auto& service : desired.services) {
    Json body = service.spec.json();
    sort_ports(body);
    sort_references(body, "Configs", "ConfigName", "ConfigID");
    sort_references(body, "Secrets", "SecretName", "SecretID");
    result["services/" + service.name] = std::move(body);
  }
  replace_place(result);
  return result;
}

struct Difference {
  std::string path;  // JSON pointer
  Json docker, ours;
};

/// The same rule as tests/conformance/run.py: down to where the two part.
void differences(const std::string& path, const Json& docker, const Json& ours,
                 std::vector<Difference>& found) {
  if (docker.is_object() && ours.is_object()) {
    Json keys = docker;
    keys.update(ours);
    for (const auto& item : keys.items()) {
      std::string key = item.key();
      for (auto at = key.find('/'); at != std::string::npos; at = key.find('/'))
        key.replace(at, 1, "~1");
      const Json absent = "<absent>";
      differences(path + "/" + key, docker.value(item.key(), absent),
                  ours.value(item.key(), absent), found);
    }
  } else if (docker.is_array() && ours.is_array() && docker.size() == ours.size()) {
    for (std::size_t i = 0; i < docker.size(); ++i) {
      differences(path + "/" + std::to_string(i), docker[i], ours[i], found);
    }
  } else if (docker != ours) {
    found.push_back({path, docker, ours});
  }
}

/// The paths of the closed list (differences.json) that a case may differ in.
std::set<std::string> meant(const std::string& name, const std::string& compat) {
  std::set<std::string> paths;
  const Json list = parse_json(read_file(kConformance + "/differences.json"), "differences.json");
  for (const auto& entry : list.at("differences")) {
    const auto& modes = entry.at("compat");
    const bool counts = std::find(modes.begin(), modes.end(), Json(compat)) != modes.end();
    if (counts && entry.at("case") == name) paths.insert(entry.at("path").get<std::string>());
  }
  return paths;
}

/// Takes the entry of the closed list that allows a difference; one that ends in /* allows all
/// below it. False when there is none.
bool take(std::set<std::string>& left, const std::set<std::string>& all, const std::string& path) {
  if (left.erase(path) != 0) return true;
  for (const auto& entry : all) {
    if (!entry.ends_with("/*") || !path.starts_with(entry.substr(0, entry.size() - 1))) continue;
    left.erase(entry);
    return true;
  }
  return false;
}

/// Every case in one mode: what differs is what the list says, all of it and nothing else.
void compare_all(stack::Compat compat, const std::string& mode) {
  for (const auto& name : case_names()) {
    Diagnostics problems;
    const auto allowed = meant(name, mode);
    auto expected = allowed;
    const Json ours = bodies(convert_case(kCases + "/" + name + ".yml", compat, problems));
    const Json recorded = parse_json(read_file(kConformance + "/recorded/" + name + ".json"), name);
    std::vector<Difference> found;
    differences("", recorded.at("bodies"), ours, found);
    INFO(mode << " " << name << "\n" << format(problems));
    if (expected.contains("refused")) {
      CHECK(problems.has_errors());
      continue;
    }
    std::string unexpected;
    for (const auto& difference : found) {
      if (take(expected, allowed, difference.path)) continue;
      unexpected += difference.path + "\n  docker: " + dump_json(difference.docker) +
                    "\n  skep:   " + dump_json(difference.ours) + "\n";
    }
    CHECK_FALSE(problems.has_errors());
    CHECK(unexpected == "");
    CHECK(expected == std::set<std::string>{});
  }
}

/// Every leaf of a document, as JSON pointers.
void leaves(const Json& value, const std::string& path, std::vector<std::string>& found) {
  if (!value.is_structured() || value.empty()) {
    found.push_back(path);
    return;
  }
  for (const auto& item : value.items()) {
    std::string key = item.key();
    for (auto at = key.find('/'); at != std::string::npos; at = key.find('/')) {
      key.replace(at, 1, "~1");
    }
    leaves(item.value(), path + "/" + key, found);
  }
}

}  // namespace

TEST_CASE("the comparison sees each field that is changed, and names it alone", "[convert]") {
  std::size_t changed = 0;
  for (const auto& name : case_names()) {
    const Json recorded =
        parse_json(read_file(kConformance + "/recorded/" + name + ".json"), name).at("bodies");
    std::vector<std::string> paths;
    leaves(recorded, "", paths);
    for (const auto& path : paths) {
      Json other = recorded;
      other.at(Json::json_pointer(path)) = "changed";
      std::vector<Difference> found;
      differences("", recorded, other, found);
      REQUIRE(found.size() == 1);
      CHECK(found[0].path == path);
      ++changed;
    }
  }
  CHECK(changed > 1000);
}

TEST_CASE("read as docker reads it, a case file is converted to what docker sent for it",
          "[convert]") {
  REQUIRE(case_names().size() >= 150);
  compare_all(stack::Compat::docker, "docker");
}

TEST_CASE(
    "read as skep reads it, a case file differs from what docker sent by the closed list alone",
    "[convert]") {
  compare_all(stack::Compat::none, "none");
}

}  // namespace skep
