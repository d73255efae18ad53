#pragma once
// A service spec is a JSON document, not a struct (ServiceSpec of the Engine API): fields that skep
// does not know survive. Two specs are compared in canonical form: references by name, the engine's
// defaults left out, unordered lists sorted.
#include "base/json.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace skep::swarm {

/// Names and ids of what a spec refers to. In a canonical spec Networks[].Target is a network's
/// name, and secrets and configs carry names only.
struct Names {
  std::map<std::string, std::string> network_name_by_id;
  std::map<std::string, std::string> network_id_by_name;
  std::map<std::string, std::string> secret_id_by_name;
  std::map<std::string, std::string> config_id_by_name;
};

class Spec {
 public:
  Spec() = default;
  explicit Spec(Json document) : document_(std::move(document)) {}

  const Json& json() const { return document_; }
  Json& json() { return document_; }

  std::string name() const;                           // Name
  std::string image() const;                          // TaskTemplate.ContainerSpec.Image
  void set_image(const std::string& image);           // changes nothing else
  std::map<std::string, std::string> labels() const;  // Labels
  std::string label(const std::string& key) const;    // "" when absent
  void set_label(const std::string& key, const std::string& value);
  std::vector<std::string> networks() const;     // TaskTemplate.Networks[].Target
  std::vector<std::string> secrets() const;      // …Secrets[].SecretName
  std::vector<std::string> configs() const;      // …Configs[].ConfigName
  std::vector<std::string> constraints() const;  // TaskTemplate.Placement.Constraints
  std::uint64_t max_replicas_per_node() const;   // 0: no limit
  std::map<std::string, std::string> env()
      const;  // ContainerSpec.Env; "A" without "=" has value ""
  void set_env(const std::string& key, const std::string& value);

  enum class Mode { replicated, global, replicated_job, global_job };
  Mode mode() const;
  bool is_job() const;
  bool is_global() const;  // a job of that kind too
  std::uint64_t replicas()
      const;  // replicated: Replicas (1 when absent); replicated job: TotalCompletions
  /// Takes over the number of tasks of a live service, where both are replicated.
  void keep_replicas_of(const Spec& live);
  /// Takes over the counter of forced restarts, as docker does: a restart of before is no reason
  /// for another one.
  void keep_force_update_of(const Spec& live);
  std::string update_order() const;    // "stop-first" when absent
  std::string failure_action() const;  // of the update; "pause" when absent
  std::int64_t monitor() const;        // ns of UpdateConfig.Monitor; the engine's 5 s when absent
  std::string restart_condition() const;  // "any" when absent
  bool has_health_check() const;          // has one, or sets how often the image's own is run

  /// Compares canonical specs of one cluster (see canonical()).
  bool operator==(const Spec& other) const;

 private:
  Json document_ = Json::object();
};

}  // namespace skep::swarm
