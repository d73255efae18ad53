#pragma once
// What the fake engine knows, and its routes. Objects are the Engine API's JSON.
#include "http/message.hpp"
#include "support/fake_tasks.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::test {

struct Call;

/// A refusal with the engine's own words.
struct Refusal {
  int status;
  std::string message;
};

class FakeSwarm {
 public:
  explicit FakeSwarm(Clock& clock);

  // --- what a test puts there
  // ---------------------------------------------------------------------------------------
  /// Each returns the new id. A swarm begins with one manager "docker01" and docker's own networks.
  std::string add_node(const std::string& hostname, const std::string& role = "worker",
                       const std::map<std::string, std::string>& labels = {});
  std::string add_network(const std::string& name,
                          const std::map<std::string, std::string>& labels = {},
                          const std::string& scope = "swarm",
                          const std::string& driver = "overlay");
  std::string add_secret(const std::string& name, const std::string& content,
                         const std::map<std::string, std::string>& labels = {});
  std::string add_config(const std::string& name, const std::string& data,
                         const std::map<std::string, std::string>& labels = {});
  /// As POST /services/create would; its tasks begin as the behaviour says.
  std::string add_service(const Json& spec);
  /// What GET /distribution and a push say; in the registry of its reference
  /// ("registry.example.com/a:1").
  void add_image(const std::string& reference, const std::string& digest);
  /// The registries forget all of them.
  void forget_images() { digests_.clear(); }
  /// Registries that answer 401 unless X-Registry-Auth is this (base64url JSON).
  void protect_registry(const std::string& domain, const std::string& registry_auth);
  void set_node_state(const std::string& hostname, const std::string& state);  // ready, down
  /// What becomes of tasks from now on.
  void on_task(TaskBehaviour behaviour) { tasks_.behaviour = std::move(behaviour); }

  std::string api_version = "1.51";
  bool manager = true;                               // false: every swarm route answers 503
  std::vector<Json> build_stream;                    // what POST /build answers
  std::function<std::string(const Call&)> on_build;  // more: returns "" or the body of its stream

  // --- what a test looks at
  // -----------------------------------------------------------------------------------------
  Json service(const std::string& name);     // by name; fails when absent
  std::vector<std::string> service_names();  // sorted; the same for the others
  std::vector<std::string> names(const std::map<std::string, Json>& objects) const;
  std::vector<Json> tasks_of(const std::string& service_name);
  std::string secret_content(const std::string& name) const;
  std::map<std::string, Json> nodes, networks, secrets, configs;  // by id; secrets with their Data
  std::map<std::string, Json> hidden_networks;  // docker's own in the swarm: no list has them

  /// Answers one request. Throws Refusal, and std::logic_error for a route that it does not know.
  http::Response answer(const Call& call);

 private:
  http::Response answer_system(const Call& call);
  http::Response answer_objects(const Call& call, const std::string& kind,
                                std::map<std::string, Json>& objects);
  http::Response answer_networks(const Call& call);
  http::Response answer_nodes(const Call& call);
  http::Response answer_services(const Call& call);
  http::Response answer_tasks(const Call& call);
  http::Response answer_images(const Call& call);
  http::Response create_object(const Call& call, const std::string& kind,
                               std::map<std::string, Json>& objects);
  http::Response update_object(const Call& call, const std::string& kind, Json& object);
  void refuse_if_used(const std::string& kind, const Json& object);
  Json stored_spec(const Json& spec, const std::string& id);
  void check_references(const Json& spec) const;
  Json with_status(const FakeService& service) const;
  http::Response logs_of(const Call& call, const std::vector<const FakeTask*>& tasks) const;
  FakeService& service_at(const std::string& id_or_name);
  Json new_object(const std::string& prefix);
  void touch(Json& object);

  Clock& clock_;
  std::uint64_t index_ = 10;
  FakeTasks tasks_;
  std::map<std::string, std::string> digests_;    // reference → digest
  std::map<std::string, Json> local_images_;      // reference → inspect
  std::map<std::string, std::string> protected_;  // domain → X-Registry-Auth
};

}  // namespace skep::test
