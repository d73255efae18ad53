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

/// The canonical form: ids are replaced by names (Names), the engine's defaults and empty values
/// are left out, unordered lists are sorted, and fields that only the engine writes are gone
/// (ForceUpdate stays). Idempotent. Source of each default: the table in swarm/paths.hpp.
Spec canonical(const Spec& spec, const Names& names = {});

/// Removes what an engine of that release (20, 28, …) would silently drop: else the spec would
/// differ for ever.
struct Fitted {
  Spec spec;
  std::vector<std::string> dropped;  // "TaskTemplate.ContainerSpec.OomScoreAdj needs Engine 27"
};
Fitted without_newer_fields(const Spec& spec, unsigned engine);

/// A field of a spec that protects, and the first Engine release that knows it.
struct Guard {
  std::string path;  // "TaskTemplate.ContainerSpec.Privileges.Seccomp"
  unsigned since = 0;
  bool operator==(const Guard&) const = default;
};
std::vector<Guard> guards(const Spec& spec);

/// The document to POST: starts from `live` (as the engine gave it) and sets or unsets every path
/// that our table owns so that it equals `desired`; only unknown paths of `live` stay. Names are
/// replaced by ids (bind). Throws Error{not_found} when a referenced network, secret or config has
/// no id in `names`.
Json merged_for_update(const Json& live, const Spec& desired, const Names& names);
/// The document to POST for a create.
Json bound_for_create(const Spec& desired, const Names& names);

/// One field that differs. A value that is absent is null; one that looks secret is "***".
struct FieldChange {
  std::string path;  // "TaskTemplate.ContainerSpec.Env[MONGODB_URI]"
  Json old_value;
  Json new_value;
  bool operator==(const FieldChange&) const = default;

  // The values as JSON text; "" when absent.
  std::string old_text() const;
  std::string new_text() const;
};
/// All fields that differ between two canonical specs, sorted by path; redacted.
std::vector<FieldChange> diff(const Spec& live, const Spec& desired);
/// The document with everything that looks secret shown as "***": for people and for JSON output.
Json redacted(const Spec& spec);
/// Whether going from one to the other restarts tasks: TaskTemplate (without Placement constraints
/// that still fit) or EndpointSpec differ (swarmkit manager/orchestrator/task.go IsTaskDirty).
bool restarts_tasks(const Spec& live, const Spec& desired);

}  // namespace skep::swarm
