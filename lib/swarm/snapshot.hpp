#pragma once
// The cluster as it was read once: plain values, parsed from the Engine API's JSON (GET /services,
// /tasks, …).
#include "base/json.hpp"
#include "swarm/spec.hpp"
#include "swarm/states.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::swarm {

/// "shop_web" in stack "shop" → "web". Any other name stays (somebody may have labelled a service
/// into the stack).
std::string short_name(const std::string& stack, const std::string& name);

using Labels = std::map<std::string, std::string>;

/// Labels that docker stack puts on what it makes, and skep too (docs/engine.md, "docker stack").
inline constexpr const char* kNamespaceLabel = "com.docker.stack.namespace";
inline constexpr const char* kImageLabel = "com.docker.stack.image";

struct Network {
  std::string id;
  std::string name;
  std::string driver;
  std::string scope;  // "swarm" for overlay networks
  bool attachable = false;
  bool ingress = false;
  bool internal = false;
  bool ipv6 = false;
  Labels labels;
  Labels options;  // of the driver
  std::vector<std::string> subnets;
  Json pools = Json::array();  // IPAM.Config
};

struct Secret {
  std::string id;
  std::string name;
  std::uint64_t version = 0;
  Labels labels;
};

struct Config {
  std::string id;
  std::string name;
  std::uint64_t version = 0;
  Labels labels;
  std::string data;     // decoded bytes
  std::string created;  // RFC 3339 text of the engine
  std::string updated;

  /// A label's value, or "".
  std::string label(const std::string& key) const;
};

struct UpdateStatus {
  Word<UpdateState> state;
  std::string started;
  std::string completed;
  std::string message;
  bool operator==(const UpdateStatus&) const = default;
};

struct Service {
  std::string id;
  std::string name;
  std::uint64_t version = 0;
  Json live;  // .Spec as the engine gave it
  Spec spec;  // the same in canonical form
  std::optional<UpdateStatus> update;
  std::string created;
  std::string updated;
  std::uint64_t job_iteration = 0;
};

struct Task {
  std::string id;
  std::string service_id;
  std::uint64_t slot = 0;  // 0 for global services (and omitted by the engine)
  std::string node_id;
  Word<TaskState> state;
  Word<TaskState> desired;
  std::string error;    // Status.Err
  std::string message;  // Status.Message
  std::string timestamp;
  std::string created;
  std::string container_id;
  std::optional<int>
      exit_code;  // only of one that is complete or failed: a rejected one has a meaningless 0
  std::string image;
  std::uint64_t job_iteration = 0;
  bool up_to_date = false;  // of its service's current spec: the `_up-to-date` filter has it
};

struct Node {
  std::string id;
  std::string hostname;
  std::uint64_t version = 0;
  Word<Role> role;
  Word<Availability> availability;
  Word<NodeState> state;
  std::string address;
  std::string os;
  std::string architecture;
  std::string engine_version;
  Labels labels;
  Labels engine_labels;
  std::vector<std::string> plugins;  // "Network/overlay"
  Json spec;                         // .Spec, for an update of its labels

  /// "28.5.2" → 28. A version that cannot be read counts as the newest.
  unsigned engine_release() const;
};

/// One read of the cluster before deciding.
struct Snapshot {
  std::string cluster_id;
  std::vector<Network> networks;  // all of swarm scope, and the predefined ones
  std::vector<Secret> secrets;    // all
  std::vector<Config> configs;    // those of the stack (with data)
  std::vector<Service>
      services;  // all of the cluster: checks of gateway labels and of objects in use need all
  std::vector<Task> tasks;  // all
  std::vector<Node> nodes;  // all
  std::vector<std::string>
      config_names;  // names of configs outside the stack that a file refers to, where known

  Names names() const;
  const Service* find_service(const std::string& name) const;
  const Network* find_network(const std::string& name) const;
  const Secret* find_secret(const std::string& name) const;
  const Config* find_config(const std::string& name) const;
  const Node* find_node(const std::string& id) const;
  /// Services with the stack's namespace label, sorted by name.
  std::vector<const Service*> stack_services(const std::string& stack) const;
};

}  // namespace skep::swarm
