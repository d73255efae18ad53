#pragma once
// A swarm with a database, and an application that wants a user.
#include "base/error.hpp"
#include "engine/services.hpp"
#include "engine/snapshot.hpp"
#include "mongo/ensure.hpp"
#include "mongo/mongo.hpp"
#include "mongo/uri.hpp"
#include "support/catch.hpp"
#include "support/collected_events.hpp"
#include "support/error_of.hpp"
#include "support/fake_database.hpp"
#include "support/fake_engine.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>

namespace skep::test {

inline const std::string kMongoImage = "mongo:7@sha256:" + std::string(64, 'a');

struct MongoWorld {
  FakeClock clock;
  FakeEngine engine{clock};
  FakeDatabase database{engine.swarm()};
  CollectedEvents events;
  mongo::Cluster cluster;
  mongo::User user;
  std::string backend = engine.swarm().add_network("backend");

  MongoWorld() {
    engine.swarm().add_node("docker02", "worker", {{"usage", "db"}});
    engine.swarm().add_secret("mongo_admin_password", "root-password");
    add_server("mongo_mongo01", "mongo01");
    cluster.hosts = {{"mongo01", 27017}, {"mongo02", 27018}};
    cluster.replica_set = "rs";
    cluster.network = "backend";
    cluster.admin_user = "admin";
    cluster.admin_secret = "mongo_admin_password";
    user.name = "kitten";
    user.database = "kittens";
    user.roles = {"readWrite"};
    user.deliver = {{"web", swarm::EnvVariable{"MONGODB_URI"}}};
    user.loc = {"skep.yml", 9, 5};
  }
  void add_server(const std::string& name, const std::string& alias) {
    engine.swarm().add_service(
        {{"Name", name},
         {"TaskTemplate",
          {{"ContainerSpec", {{"Image", kMongoImage}}},
           {"Placement", {{"Constraints", {"node.labels.usage == db"}}}},
           {"Networks", {{{"Target", backend}, {"Aliases", Json::array({alias})}}}}}}});
  }
  /// A service of the stack with an environment, and with one mounted secret.
  void add_web(const std::string& key, const std::vector<std::string>& env,
               const std::string& secret = "", const std::string& target = "") {
    Json container = {{"Image", "web:1"}, {"Env", env}};
    if (!secret.empty()) {
      container["Secrets"] = {
          {{"SecretID", id_of(secret)}, {"SecretName", secret}, {"File", {{"Name", target}}}}};
    }
    engine.swarm().add_service({{"Name", "s_" + key},
                                {"Labels", {{"com.docker.stack.namespace", "s"}}},
                                {"TaskTemplate", {{"ContainerSpec", container}}}});
  }
  /// The service anew, with another environment.
  void set_env(const std::string& key, const std::string& line) {
    engine::remove_service(engine, engine.swarm().service("s_" + key)["ID"].get<std::string>());
    add_web(key, {line});
  }
  std::string id_of(const std::string& secret) {
    for (const auto& [id, object] : engine.swarm().secrets) {
      if (object["Spec"]["Name"] == secret) return id;
    }
    FAIL("no secret " << secret);
    return "";
  }
  std::string uri(const std::string& password) {
    return connection_string(cluster, user, Secret(password)).reveal();
  }
  swarm::Snapshot snapshot() { return engine::read_snapshot(engine, "s"); }
  mongo::Context context() { return {engine, clock, events, "s"}; }
  mongo::Ensured ensure() { return mongo::ensure(context(), cluster, user, snapshot(), {}); }
  mongo::Ensured rotate() { return mongo::rotate(context(), cluster, user, snapshot(), {}); }
  void drop(const std::string& login) {
    mongo::drop(context(), cluster, user, login, snapshot(), {});
  }
  mongo::Status status() { return mongo::status(context(), cluster, user, snapshot(), {}); }
};

}  // namespace skep::test
