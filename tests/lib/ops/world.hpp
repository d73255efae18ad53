#pragma once
// A project folder, a fake engine with a database, and releases of the one onto the other.
#include "base/files.hpp"
#include "ops/release.hpp"
#include "project/project.hpp"
#include "release/lock.hpp"
#include "release/records.hpp"
#include "support/borrowed_engine.hpp"
#include "support/catch.hpp"
#include "support/collected_events.hpp"
#include "support/fake_database.hpp"
#include "support/fake_engine.hpp"
#include "support/temp_dir.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace skep::test {

struct OpsWorld {
  TempDir dir;
  FakeClock clock;
  FakeEngine engine{clock};
  FakeDatabase database{engine.swarm()};
  CollectedEvents events;
  Env env;
  std::stop_source stop;
  deploy::ReleaseOptions options;

  OpsWorld() {
    env.variables = {{"HOME", dir.path() + "/home"}, {"PATH", "/usr/bin:/bin"}, {"USER", "me"}};
    env.cwd = dir.path();
    env.host_name = "here";
    for (const char version : {'1', '2'}) {
      engine.swarm().add_image(fmt::format("registry.example.com/web:{}", version),
                               digest(version));
    }
    write_project();
    write_stack("1");
  }
  static std::string digest(char version) { return "sha256:" + std::string(64, version); }
  static std::string pinned(char version) {
    return fmt::format("registry.example.com/web:{}@{}", version, digest(version));
  }
  void write_project(const std::string& more = "") {
    dir.write("skep.yml", "stack: shop\ntemplate: ./stack.yml\n" + more);
  }
  void write_stack(const std::string& version, const std::string& more = "") {
    dir.write("stack.yml", "services:\n  web:\n    image: registry.example.com/web:" + version +
                               "\n    deploy: {replicas: 2}\n" + more);
  }
  /// The stack's text with a database user for `web` in the project.
  void want_database(const std::string& roles = "[readWrite]") {
    if (engine.swarm().service_names().empty()) {
      const auto network = engine.swarm().add_network("backend");
      engine.swarm().add_secret("mongo_admin_password", "root-password");
      engine.swarm().add_service(
          {{"Name", "mongo_mongo01"},
           {"TaskTemplate",
            {{"ContainerSpec", {{"Image", "mongo:7@sha256:" + std::string(64, 'a')}}},
             {"Networks", {{{"Target", network}, {"Aliases", Json::array({"mongo01"})}}}}}}});
    }
    write_project(
        "mongodb:\n  hosts: [mongo01]\n  replica_set: rs\n  network: backend\n"
        "  admin: {user: admin, password: {secret: mongo_admin_password}}\n"
        "  users:\n    kitten:\n      database: kittens\n      roles: " +
        roles + "\n      deliver: [{service: web, env: MONGODB_URI}]\n");
  }
  Ended release() {
    deploy::Deps deps(env, clock, events, stop.get_token(), {}, lend(engine));
    return ops::release(deps, options);
  }
  /// A release that works, and is forgotten.
  void released() {
    const auto ended = release();
    INFO(ended.message);
    REQUIRE(ended.exit == 0);
    engine.forget_calls();
  }
  /// What `docker service update` does, behind skep's back.
  void change_by_hand(const std::string& service, const std::function<void(Json&)>& change) {
    auto object = engine.swarm().service(service);
    change(object["Spec"]);
    Call call;
    call.method = "POST";
    call.path = "/services/" + object["ID"].get<std::string>() + "/update";
    call.query = {{"version", std::to_string(object["Version"]["Index"].get<std::uint64_t>())}};
    call.body = dump_json(object["Spec"]);
    engine.swarm().answer(call);
  }
  /// From now on tasks of this image end at once.
  void crash(char version) {
    database.others = [version](const Json& task) {
      const auto image = task["Spec"]["ContainerSpec"]["Image"].get<std::string>();
      return image == pinned(version) ? crashes_after(std::chrono::seconds(1), 3, "no such table\n")
                                      : runs();
    };
  }
  std::string image() {
    return engine.swarm()
        .service("shop_web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]
        .get<std::string>();
  }
  std::vector<release::Kept> records() { return release::records(engine, "shop", {}); }
  std::vector<std::string> states() {
    std::vector<std::string> states;
    for (const auto& kept : records()) states.push_back(kept.state.text());
    return states;
  }
  bool lock_is_free() { return !release::lock_holder(engine, "shop", {}); }
  /// What changes something: the probe of a secret's content is always refused.
  std::vector<std::string> changes() const {
    std::vector<std::string> lines;
    for (const auto& call : engine.calls()) {
      const bool probe = call.path.starts_with("/secrets/") && call.parameter("version") == "1";
      if (call.method != "GET" && call.method != "HEAD" && !probe) lines.push_back(call.line());
    }
    return lines;
  }
  std::vector<std::string> of_stack(const std::map<std::string, Json>& objects) const {
    std::vector<std::string> names;
    for (const auto& [id, object] : objects) {
      const auto& spec = object.contains("Spec") ? object["Spec"] : object;
      if (spec["Labels"].contains("com.docker.stack.namespace"))
        names.push_back(spec["Name"].get<std::string>());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
};

}  // namespace skep::test
