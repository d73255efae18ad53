#include "swarm/spec.hpp"

#include "base/error.hpp"
#include "base/looks_secret.hpp"
#include "spec_cases.hpp"
#include "support/catch.hpp"
#include "swarm/canonical.hpp"
#include "swarm/diff.hpp"
#include "swarm/merge.hpp"
#include "swarm/paths.hpp"
#include "swarm/redact.hpp"

#include <algorithm>
#include <random>
#include <set>

using namespace skep;
using namespace skep::swarm;
using skep::test::full_spec;
using skep::test::leaves;

namespace {

Spec spec(const char* text) {
  return Spec(Json::parse(text));
}

Names names() {
  Names all;
  all.network_name_by_id = {{"net1id", "frontend"}, {"net2id", "backend"}};
  all.network_id_by_name = {{"frontend", "net1id"}, {"backend", "net2id"}};
  all.secret_id_by_name = {{"shop_pw", "sec1id"}};
  all.config_id_by_name = {{"shop_conf", "con1id"}, {"cred", "con2id"}};
  return all;
}

/// Changes of `desired` from an empty service.
std::vector<FieldChange> from_nothing(const char* desired) {
  return diff(Spec(), spec(desired));
}

void set_default(Json& object, const char* name, const Json& value) {
  if (!object.contains(name) || object[name].is_null()) object[name] = value;
}

void erase_empty(Json& object, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    const auto found = object.find(name);
    if (found == object.end()) continue;
    const bool zero = found->is_number() && *found == 0;
    const bool off = found->is_boolean() && *found == false;
    const bool blank = found->is_null() || ((found->is_structured() || found->is_string()) &&
                                            (found->empty() || *found == ""));
    if (zero || off || blank) object.erase(name);
  }
}

void echo_update(Json& spec, const char* section) {
  if (!spec.contains(section) || spec[section].is_null()) {
    spec.erase(section);
    return;
  }
  auto& config = spec[section];
  set_default(config, "Parallelism", 0);
  set_default(config, "MaxFailureRatio", 0);
  if (config.value("FailureAction", "").empty()) config["FailureAction"] = "pause";
  if (config.value("Order", "").empty()) config["Order"] = "stop-first";
  erase_empty(config, {"Delay", "Monitor"});
}

void echo_container(Json& container, const Names& ids, bool new_engine) {
  erase_empty(container, {"Labels",    "Command",    "Args",    "Hostname",      "Env",
                          "Dir",       "User",       "Groups",  "StopSignal",    "TTY",
                          "OpenStdin", "ReadOnly",   "Mounts",  "Hosts",         "Secrets",
                          "Configs",   "Init",       "Sysctls", "CapabilityAdd", "CapabilityDrop",
                          "Ulimits",   "OomScoreAdj"});
  if (container.contains("Init") && container["Init"].is_null()) container.erase("Init");
  set_default(container, "Isolation", "default");
  if (container.contains("Privileges") && container["Privileges"].is_object()) {
    auto& privileges = container["Privileges"];
    set_default(privileges, "CredentialSpec", nullptr);
    set_default(privileges, "SELinuxContext", nullptr);
    if (new_engine) set_default(privileges, "NoNewPrivileges", false);
    for (const auto* profile : {"Seccomp", "AppArmor"}) {
      if (privileges.contains(profile)) set_default(privileges[profile], "Mode", "default");
      if (!new_engine) privileges.erase(profile);
    }
    if (!new_engine) privileges.erase("NoNewPrivileges");
    auto& credential = privileges["CredentialSpec"];
    if (credential.is_object() && credential.contains("Config")) {
      credential["Config"] = ids.config_id_by_name.at(credential["Config"].get<std::string>());
    }
  }
  if (container.contains("Mounts")) {
    for (auto& mount : container["Mounts"]) {
      mount.erase("Consistency");
      if (mount.contains("BindOptions"))
        set_default(mount["BindOptions"], "Propagation", "rprivate");
      if (mount.contains("VolumeOptions"))
        erase_empty(mount["VolumeOptions"], {"Labels", "NoCopy", "DriverConfig"});
    }
  }
  for (const auto* list : {"Secrets", "Configs"}) {
    const bool secrets = std::string(list) == "Secrets";
    if (!container.contains(list)) continue;
    for (auto& reference : container[list]) {
      const auto name = reference[secrets ? "SecretName" : "ConfigName"].get<std::string>();
      reference[secrets ? "SecretID" : "ConfigID"] =
          secrets ? ids.secret_id_by_name.at(name) : ids.config_id_by_name.at(name);
    }
  }
}

/// What GET /services/ID says of a spec that was posted (docs/engine.md, "What becomes of a spec").
Json echo(Json posted, const Names& ids, bool new_engine) {
  set_default(posted, "Labels", Json::object());
  auto& task = posted["TaskTemplate"];
  set_default(task, "Runtime", "container");
  set_default(task, "ForceUpdate", 0);
  echo_container(task["ContainerSpec"], ids, new_engine);
  if (task.contains("Networks")) {
    for (auto& network : task["Networks"])
      network["Target"] = ids.network_id_by_name.at(network["Target"].get<std::string>());
  }
  if (task.contains("RestartPolicy") && task["RestartPolicy"].is_object()) {
    if (task["RestartPolicy"].value("Condition", "").empty())
      task["RestartPolicy"]["Condition"] = "any";
    set_default(task["RestartPolicy"], "MaxAttempts", 0);
  }
  if (posted["Mode"].contains("Replicated"))
    set_default(posted["Mode"]["Replicated"], "Replicas", 1);
  if (posted["Mode"].contains("ReplicatedJob")) {
    set_default(posted["Mode"]["ReplicatedJob"], "MaxConcurrent", 1);
    set_default(posted["Mode"]["ReplicatedJob"], "TotalCompletions",
                posted["Mode"]["ReplicatedJob"]["MaxConcurrent"]);
  }
  echo_update(posted, "UpdateConfig");
  echo_update(posted, "RollbackConfig");
  if (posted.contains("EndpointSpec") && posted["EndpointSpec"].is_object()) {
    set_default(posted["EndpointSpec"], "Mode", "vip");
    if (posted["EndpointSpec"].contains("Ports")) {
      for (auto& port : posted["EndpointSpec"]["Ports"]) {
        set_default(port, "Protocol", "tcp");
        set_default(port, "PublishMode", "ingress");
      }
    }
  }
  return posted;
}

/// What `GET /services/ID?insertDefaults=true` adds (swarmkit api/defaults/service.go).
Json with_defaults(Json spec) {
  auto& task = spec["TaskTemplate"];
  set_default(task["ContainerSpec"], "StopGracePeriod", 10'000'000'000);
  set_default(task["ContainerSpec"], "DNSConfig", Json::object());
  set_default(task, "Resources", Json::object());
  set_default(task, "Placement", Json::object());
  set_default(task, "RestartPolicy", Json({{"Condition", "any"}, {"MaxAttempts", 0}}));
  set_default(task["RestartPolicy"], "Delay", 5'000'000'000);
  for (const auto* section : {"UpdateConfig", "RollbackConfig"}) {
    set_default(spec, section,
                Json({{"Parallelism", 1},
                      {"FailureAction", "pause"},
                      {"MaxFailureRatio", 0},
                      {"Order", "stop-first"}}));
    set_default(spec[section], "Monitor", 5'000'000'000);
  }
  return spec;
}

/// full_spec() with a random part of its leaves gone, lists shuffled, and now and then an empty
/// value said out loud.
Json random_spec(std::mt19937& random) {
  Json result = full_spec();
  result["TaskTemplate"].erase("Runtime");
  for (const auto& leaf : leaves()) {
    const Json::json_pointer pointer(leaf.pointer);
    const auto last = pointer.back();
    const bool element = !last.empty() && std::all_of(last.begin(), last.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
    const bool identity = leaf.pointer.ends_with("Name") || leaf.pointer.ends_with("/Target");
    if (element || identity || random() % 3 != 0 || !result.contains(pointer)) continue;
    result.at(pointer.parent_pointer()).erase(last);
  }
  auto& container = result["TaskTemplate"]["ContainerSpec"];
  if (random() % 2 == 0) container["Mounts"][0]["Consistency"] = "cached";
  if (random() % 2 == 0)
    container["Privileges"] = {{"CredentialSpec", nullptr}, {"NoNewPrivileges", false}};
  if (random() % 3 == 0) result["TaskTemplate"]["Resources"] = Json::object();
  if (random() % 3 == 0) result["TaskTemplate"]["RestartPolicy"] = Json::object();
  if (random() % 3 == 0) result["UpdateConfig"] = {{"Parallelism", 1}};
  if (random() % 3 == 0) result.erase("RollbackConfig");
  if (random() % 4 == 0) result["Mode"] = {{"Replicated", Json::object()}};
  if (random() % 6 == 0) result["Mode"] = {{"Global", Json::object()}};
  if (random() % 6 == 0) result["Mode"] = {{"ReplicatedJob", {{"TotalCompletions", 3}}}};
  std::shuffle(container["Mounts"].begin(), container["Mounts"].end(), random);
  std::shuffle(container["Env"].begin(), container["Env"].end(), random);
  return result;
}

}  // namespace

TEST_CASE("what the engine makes of a posted spec is equal to it, on every engine", "[swarm]") {
  std::mt19937 random(20);
  for (int round = 0; round < 300; ++round) {
    const Json posted = random_spec(random);
    for (const bool new_engine : {false, true}) {
      Json said = posted;
      // 20.10 does not give these back: where they say something, that is a real difference.
      if (!new_engine && said["TaskTemplate"]["ContainerSpec"].contains("Privileges")) {
        for (const auto* name : {"NoNewPrivileges", "Seccomp", "AppArmor"})
          said["TaskTemplate"]["ContainerSpec"]["Privileges"].erase(name);
      }
      const auto live = canonical(Spec(echo(said, names(), new_engine)), names());
      CAPTURE(round, new_engine, posted.dump(), live.json().dump());
      REQUIRE(diff(live, Spec(said)).empty());
      REQUIRE(live == Spec(said));
      REQUIRE(canonical(Spec(with_defaults(echo(said, names(), new_engine))), names()).json() ==
              canonical(Spec(said)).json());
    }
  }
}

TEST_CASE("the canonical form of a canonical form is itself", "[swarm]") {
  std::mt19937 random(21);
  for (int round = 0; round < 300; ++round) {
    const auto once = canonical(Spec(random_spec(random)), names());
    REQUIRE(canonical(once, names()).json() == once.json());
    REQUIRE(canonical(once).json() == once.json());
  }
}

TEST_CASE("changing any one field gives one change that names it", "[swarm]") {
  const Spec before(full_spec());
  REQUIRE(diff(before, before).empty());
  for (const auto& leaf : leaves()) {
    Json changed = full_spec();
    changed[Json::json_pointer(leaf.pointer)] = leaf.other;
    const auto changes = diff(before, Spec(changed));
    CAPTURE(leaf.pointer, changed.dump());
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].path == leaf.path);
    CHECK(changes[0].old_value != changes[0].new_value);
    CHECK_FALSE(before == Spec(changed));
  }
}

TEST_CASE("the table and the test's list of fields name the same fields", "[swarm]") {
  // A field that is added to the table without a case here would not be tested at all.
  std::set<std::string> known;
  for (const auto& leaf : leaves()) known.insert(leaf.path.substr(0, leaf.path.find('[')));
  const auto text = full_spec().dump();
  const auto walk = [&](const auto& self, std::span<const Field> fields) -> void {
    for (const auto& field : fields) {
      if (field.special == Special::ignored) continue;
      CAPTURE(field.name);
      const std::set<std::string_view> not_written_by_skep = {"ReadOnlyNonRecursive",
                                                              "ReadOnlyForceRecursive",
                                                              "ImageOptions",
                                                              "ClusterOptions",
                                                              "Global",
                                                              "GlobalJob",
                                                              "ReplicatedJob"};
      if (field.name == "Options" || not_written_by_skep.contains(field.name)) continue;
      CHECK(text.find("\"" + std::string(field.name) + "\"") != std::string::npos);
      self(self, field.fields);
    }
  };
  walk(walk, service_spec_fields());
}

TEST_CASE("an update of one field changes that field alone in the live document", "[swarm]") {
  for (const auto& leaf : leaves()) {
    if (leaf.path.find("SecretName") != std::string::npos ||
        leaf.path.find("ConfigName") != std::string::npos ||
        leaf.path.find("CredentialSpec.Config") != std::string::npos) {
      continue;  // the new names would have to be known
    }
    Json changed = full_spec();
    changed[Json::json_pointer(leaf.pointer)] = leaf.other;
    Json live = echo(full_spec(), names(), true);
    live["TaskTemplate"]["FromTheFuture"] = 1;
    live["TaskTemplate"]["ContainerSpec"]["Privileges"]["Later"] = {{"Mode", "unconfined"}};
    const auto posted = merged_for_update(live, Spec(changed), names());
    CAPTURE(leaf.pointer, posted.dump());
    CHECK(canonical(Spec(posted), names()) == Spec(changed));
    CHECK(posted["TaskTemplate"]["FromTheFuture"] == 1);
    CHECK(posted["TaskTemplate"]["ContainerSpec"]["Privileges"]["Later"] ==
          Json({{"Mode", "unconfined"}}));
  }
}

TEST_CASE("an update that changes labels leaves every other byte as it is", "[swarm]") {
  Json live = echo(full_spec(), names(), true);
  std::reverse(live["TaskTemplate"]["ContainerSpec"]["Env"].begin(),
               live["TaskTemplate"]["ContainerSpec"]["Env"].end());
  Spec desired(full_spec());
  desired.set_label("new", "1");
  Json expected = live;
  expected["Labels"]["new"] = "1";
  CHECK(merged_for_update(live, desired, names()) == expected);
}

TEST_CASE(
    "an update takes away what the stack does not say any more, and keeps what skep does not know",
    "[swarm]") {
  const auto live =
      Json::parse(R"({"Name": "a", "TaskTemplate": {"ContainerSpec": {"Image": "i", "Hostname": "h",
      "Privileges": {"NoNewPrivileges": true, "Later": {"Mode": "disabled"}}}, "Placement": {"MaxReplicas": 2}}})");
  const auto desired = spec(R"({"Name": "a", "TaskTemplate": {"ContainerSpec": {"Image": "i"}}})");
  CHECK(merged_for_update(live, desired, {}) ==
        Json::parse(R"({"Name": "a", "TaskTemplate": {"ContainerSpec": {"Image": "i",
            "Privileges": {"Later": {"Mode": "disabled"}}}}})"));
}

TEST_CASE("what protects is named with its release, and dropped without a word of its own",
          "[swarm]") {
  const Spec full(full_spec());
  const std::string in = "TaskTemplate.ContainerSpec.Privileges.";
  CHECK(guards(full) == std::vector<Guard>{{in + "Seccomp", 25},
                                           {in + "AppArmor", 25},
                                           {in + "NoNewPrivileges", 25}});
  CHECK(guards(spec(R"({"TaskTemplate": {"ContainerSpec": {"Privileges":
      {"NoNewPrivileges": false, "Seccomp": {"Mode": "default"}, "AppArmor": null}}}})"))
            .empty());
  const auto fitted = without_newer_fields(full, 24);
  CHECK(fitted.dropped ==
        std::vector<std::string>{
            "TaskTemplate.ContainerSpec.Mounts[/data].VolumeOptions.Subpath needs Engine 26",
            "TaskTemplate.ContainerSpec.Mounts[/tmp].TmpfsOptions.Options needs Engine 27",
            "TaskTemplate.ContainerSpec.Healthcheck.StartInterval needs Engine 25",
            "TaskTemplate.ContainerSpec.OomScoreAdj needs Engine 27",
            "TaskTemplate.Resources.SwapBytes needs Engine 29",
            "TaskTemplate.Resources.MemorySwappiness needs Engine 29"});
  CHECK(guards(fitted.spec).empty());
}

TEST_CASE("a create and an update carry ids", "[swarm]") {
  const auto posted = bound_for_create(Spec(full_spec()), names());
  const auto& container = posted["TaskTemplate"]["ContainerSpec"];
  CHECK(container["Secrets"][0]["SecretID"] == "sec1id");
  CHECK(container["Configs"][0]["ConfigID"] == "con1id");
  CHECK(container["Privileges"]["CredentialSpec"]["Config"] == "con2id");
  CHECK(posted["TaskTemplate"]["Networks"][0]["Target"] == "net1id");
  CHECK(canonical(Spec(posted), names()) == Spec(full_spec()));
}

TEST_CASE("a reference to what is not there says so", "[swarm]") {
  const auto message = [](const char* text) {
    try {
      bound_for_create(spec(text), {});
    } catch (const Error& error) {
      CHECK(error.kind() == Kind::not_found);
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(message(R"({"TaskTemplate": {"Networks": [{"Target": "n"}]}})") ==
        "network \"n\" is not there");
  CHECK(message(R"({"TaskTemplate": {"ContainerSpec": {"Secrets": [{"SecretName": "s"}]}}})") ==
        "secret \"s\" is not there");
  CHECK(message(R"({"TaskTemplate": {"ContainerSpec": {"Configs": [{"ConfigName": "c"}]}}})") ==
        "config \"c\" is not there");
}

TEST_CASE("docker's own networks are sent by name: their ids differ from node to node", "[swarm]") {
  Names ids;
  ids.network_id_by_name["host"] = "local-id";
  const auto text = R"({"TaskTemplate": {"Networks": [{"Target": "host"}]}})";
  CHECK(bound_for_create(spec(text), ids) == Json::parse(text));
}

TEST_CASE("a live reference to a config outside the stack keeps its id", "[swarm]") {
  const auto text =
      R"({"TaskTemplate": {"ContainerSpec": {"Configs": [{"ConfigName": "c", "ConfigID": "x",
                        "File": {"Name": "c"}}]}}})";
  CHECK(merged_for_update(Json::parse(text), spec(text), {}) == Json::parse(text));
}

TEST_CASE("no update section means one task at a time, an empty one means all at once", "[swarm]") {
  CHECK(spec(R"({"UpdateConfig": {"Parallelism": 1, "Order": "stop-first"}})") == Spec());
  const auto changes = diff(Spec(), spec(R"({"UpdateConfig": {}})"));
  REQUIRE(changes.size() == 1);
  CHECK(changes[0] == FieldChange{"UpdateConfig.Parallelism", 1, 0});
  CHECK(diff(Spec(), spec(R"({"UpdateConfig": {"Parallelism": 1, "Order": "start-first"}})"))
            .size() == 1);
}

TEST_CASE("values that say something although they are empty are not left out", "[swarm]") {
  CHECK(from_nothing(R"({"TaskTemplate": {"ContainerSpec": {"Init": false}}})").size() == 1);
  CHECK(from_nothing(R"({"TaskTemplate": {"ContainerSpec": {"StopGracePeriod": 0}}})").size() == 1);
  CHECK(from_nothing(R"({"TaskTemplate": {"RestartPolicy": {"Delay": 0}}})").size() == 1);
  CHECK(from_nothing(R"({"Labels": {"a": ""}})").size() == 1);
  CHECK(from_nothing(R"({"Mode": {"Replicated": {"Replicas": 0}}})").size() == 1);
  CHECK(
      from_nothing(
          R"({"TaskTemplate": {"ContainerSpec": {"Configs": [{"ConfigName": "c", "Runtime": {}}]}}})")
          .size() == 1);
}

TEST_CASE("a change of mode is one change", "[swarm]") {
  const auto changes = diff(spec(R"({"Mode": {"Replicated": {"Replicas": 2}}})"),
                            spec(R"({"Mode": {"Global": {}}})"));
  REQUIRE(changes.size() == 1);
  CHECK(changes[0] == FieldChange{"Mode", Json{{"Replicated", {{"Replicas", 2}}}},
                                  Json{{"Global", Json::object()}}});
}

TEST_CASE("an element that comes or goes is one change", "[swarm]") {
  const auto with =
      R"({"TaskTemplate": {"Networks": [{"Target": "a"}, {"Target": "b", "Aliases": ["x"]}]}})";
  const auto changes =
      diff(spec(R"({"TaskTemplate": {"Networks": [{"Target": "a"}]}})"), spec(with));
  REQUIRE(changes.size() == 1);
  CHECK(changes[0] == FieldChange{"TaskTemplate.Networks[b]", nullptr,
                                  Json{{"Aliases", {"x"}}, {"Target", "b"}}});
}

TEST_CASE("order means nothing where the engine gives it no meaning", "[swarm]") {
  const auto ports = [](const char* text) { return spec(text); };
  CHECK(
      ports(
          R"({"EndpointSpec": {"Ports": [{"TargetPort": 1, "PublishedPort": 1}, {"TargetPort": 2}]}})") ==
      ports(
          R"({"EndpointSpec": {"Ports": [{"TargetPort": 2}, {"TargetPort": 1, "PublishedPort": 1}]}})"));
  CHECK_FALSE(spec(R"({"TaskTemplate": {"ContainerSpec": {"Args": ["a", "b"]}}})") ==
              spec(R"({"TaskTemplate": {"ContainerSpec": {"Args": ["b", "a"]}}})"));
}

TEST_CASE("a field that only one engine knows makes no difference, one that both specs say does",
          "[swarm]") {
  CHECK(spec(R"({"TaskTemplate": {"New": 1}})") == Spec());
  const auto changes =
      diff(spec(R"({"TaskTemplate": {"New": 1}})"), spec(R"({"TaskTemplate": {"New": 2}})"));
  REQUIRE(changes.size() == 1);
  CHECK(changes[0] == FieldChange{"TaskTemplate.New", 1, 2});
}

TEST_CASE("tasks restart for what is in the task or the endpoint, and not for the rest",
          "[swarm]") {
  const Spec before(full_spec());
  for (const auto& leaf : leaves()) {
    Json changed = full_spec();
    changed[Json::json_pointer(leaf.pointer)] = leaf.other;
    const bool restarts = (leaf.path.starts_with("TaskTemplate.") &&
                           !leaf.path.starts_with("TaskTemplate.Placement")) ||
                          leaf.path.starts_with("EndpointSpec.");
    CAPTURE(leaf.path);
    CHECK(restarts_tasks(before, Spec(changed)) == restarts);
  }
}

TEST_CASE("a diff hides what looks secret, and notices that it changed", "[swarm]") {
  const auto env = [](const char* entry) {
    return Spec(Json({{"TaskTemplate", {{"ContainerSpec", {{"Env", {entry}}}}}}}));
  };
  const auto change = [&](const char* before, const char* after) {
    return diff(env(before), env(after)).at(0);
  };
  CHECK(change("DB_PASSWORD=a", "DB_PASSWORD=b") ==
        FieldChange{"TaskTemplate.ContainerSpec.Env[DB_PASSWORD]", "***", "***"});
  CHECK(change("URI=mongodb://u:pw1@h/d", "URI=mongodb://u:pw2@h/d").new_value == "***");
  CHECK(change("URI=mongodb://h1/d", "URI=mongodb://h2/d").new_value == "mongodb://h2/d");
  CHECK(change("LEVEL=a", "LEVEL=b").new_value == "b");
  CHECK(change("DB_PASSWORD_FILE=/a", "DB_PASSWORD_FILE=/b").new_value == "/b");
  const auto args = diff(
      Spec(), spec(R"({"TaskTemplate": {"ContainerSpec": {"Args": ["--password=x", "-v"]}}})"));
  CHECK(args.at(0).new_text() == R"(["***","-v"])");
  const auto users = diff(
      Spec(), spec(R"({"Labels": {"traefik.http.middlewares.m.basicauth.users": "a:$apr1$x"}})"));
  CHECK(users.at(0).new_value == "***");
  const auto mount =
      diff(Spec(), spec(R"({"TaskTemplate": {"ContainerSpec": {"Mounts": [{"Target": "/m",
      "VolumeOptions": {"DriverConfig": {"Options": {"o": "username=u,password=p"}}}}]}}})"));
  CHECK(mount.at(0).new_text().find("password=p") == std::string::npos);
}

TEST_CASE("names and values that look secret", "[swarm]") {
  for (const auto* name : {"PASSWORD", "db.passwd", "API_TOKEN", "MYSQL_PASS",
                           "aws_secret_access_key", "AUTH", "X_KEY"}) {
    CAPTURE(name);
    CHECK(name_looks_secret(name));
  }
  for (const auto* name : {"PASSWORD_FILE", "KEYBOARD", "COMPASS", "LOG_LEVEL", "AUTHOR"}) {
    CAPTURE(name);
    CHECK_FALSE(name_looks_secret(name));
  }
  CHECK(value_looks_secret("http://token@host/x"));
  CHECK(value_looks_secret("a --password x"));
  CHECK(value_looks_secret("-----BEGIN PRIVATE KEY-----"));
  CHECK_FALSE(value_looks_secret("http://host/user@x"));
  CHECK_FALSE(value_looks_secret("traefik"));
}

TEST_CASE("a redacted spec shows everything but secrets", "[swarm]") {
  Spec before(full_spec());
  before.set_env("TOKEN", "abc");
  const auto shown = redacted(before);
  CHECK(dump_json(shown).find("abc") == std::string::npos);
  before.set_env("TOKEN", "***");
  CHECK(shown == before.json());
}

TEST_CASE("the fields that logic reads", "[swarm]") {
  Spec all(full_spec());
  CHECK(all.name() == "shop_web");
  CHECK(all.image() == "nginx:1");
  CHECK(all.label("com.docker.stack.namespace") == "shop");
  CHECK(all.networks() == std::vector<std::string>{"frontend"});
  CHECK(all.secrets() == std::vector<std::string>{"shop_pw"});
  CHECK(all.configs() == std::vector<std::string>{"shop_conf", "cred"});
  CHECK(all.constraints() == std::vector<std::string>{"node.role == worker"});
  CHECK(all.max_replicas_per_node() == 2);
  CHECK(all.env() == std::map<std::string, std::string>{{"A", "1"}, {"B", ""}, {"C", "x=y"}});
  CHECK(all.replicas() == 2);
  CHECK(all.update_order() == "start-first");
  CHECK(all.failure_action() == "rollback");
  CHECK(all.monitor() == 2);
  CHECK(all.restart_condition() == "on-failure");
  CHECK(all.has_health_check());
  all.set_env("AA", "2");
  all.set_env("A", "3");
  CHECK(all.json()["TaskTemplate"]["ContainerSpec"]["Env"] == Json({"A=3", "AA=2", "B", "C=x=y"}));

  const Spec none;
  CHECK(none.replicas() == 1);
  CHECK(none.mode() == Spec::Mode::replicated);
  CHECK(none.update_order() == "stop-first");
  CHECK(none.failure_action() == "pause");
  CHECK(none.monitor() == 5'000'000'000);
  CHECK(none.restart_condition() == "any");
  CHECK_FALSE(none.has_health_check());
  CHECK_FALSE(spec(R"({"TaskTemplate": {"ContainerSpec": {"Healthcheck": {"Test": ["NONE"]}}}})")
                  .has_health_check());
  CHECK(spec(R"({"Mode": {"Global": {}}})").mode() == Spec::Mode::global);
  CHECK(spec(R"({"Mode": {"GlobalJob": {}}})").is_job());
  CHECK(spec(R"({"Mode": {"ReplicatedJob": {"MaxConcurrent": 2}}})").replicas() == 2);
}

TEST_CASE("the config of a credential spec is known by the reference beside it", "[swarm]") {
  const auto made = spec(R"({"TaskTemplate": {"ContainerSpec": {
    "Privileges": {"CredentialSpec": {"Config": "newid"}},
    "Configs": [{"ConfigID": "newid", "ConfigName": "shop_new", "Runtime": {}},
                {"ConfigID": "con1id", "ConfigName": "shop_conf", "File": {"Name": "/a"}}]}}})");
  const auto wanted = spec(R"({"TaskTemplate": {"ContainerSpec": {
    "Privileges": {"CredentialSpec": {"Config": "shop_new"}},
    "Configs": [{"ConfigName": "shop_new", "Runtime": {}},
                {"ConfigName": "shop_conf", "File": {"Name": "/a"}}]}}})");
  CHECK(canonical(made, names()) == canonical(wanted));
  CHECK(canonical(made) == canonical(wanted));
  CHECK(canonical(spec(R"({"TaskTemplate": {"ContainerSpec": {
          "Privileges": {"CredentialSpec": {"Config": "otherid"}}}}})"))
            .json()["TaskTemplate"]["ContainerSpec"]["Privileges"]["CredentialSpec"]["Config"] ==
        "otherid");
}
