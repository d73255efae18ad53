#pragma once
// `services.*.deploy` of a Compose file as values (schema 3.13). What was not written stays unset;
// convert decides whether a default goes into the service spec.
#include "base/clock.hpp"
#include "base/error.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::stack {

/// `key: value` pairs, written as a map or as a list.
using Pairs = std::map<std::string, std::string>;
/// The place of each key of such pairs.
using Places = std::map<std::string, SourceLoc>;

/// deploy.update_config and deploy.rollback_config
struct UpdateConfig {
  std::optional<std::uint64_t> parallelism;
  Duration delay{0};
  std::string failure_action;
  Duration monitor{0};
  double max_failure_ratio = 0;
  std::string order;
  bool operator==(const UpdateConfig&) const = default;
};

/// deploy.restart_policy
struct RestartPolicy {
  std::string condition;
  std::optional<Duration> delay;
  std::optional<std::uint64_t> max_attempts;
  std::optional<Duration> window;
  bool operator==(const RestartPolicy&) const = default;
};

/// deploy.resources.limits
struct Limits {
  std::int64_t nano_cpus = 0;
  std::int64_t memory = 0;
  std::int64_t pids = 0;
  bool operator==(const Limits&) const = default;
};

struct GenericResource {
  std::string kind;
  std::int64_t value = 0;
  bool operator==(const GenericResource&) const = default;
};

/// deploy.resources.reservations
struct Reservations {
  std::int64_t nano_cpus = 0;
  std::int64_t memory = 0;
  std::vector<std::optional<GenericResource>>
      generic;  // an empty one: an item without discrete_resource_spec
  bool operator==(const Reservations&) const = default;
};

struct Placement {
  std::vector<std::string> constraints;
  std::map<std::string, SourceLoc> constraints_at;  // by their text
  std::vector<std::string> spread;                  // preferences, in order
  std::uint64_t max_replicas_per_node = 0;
  bool operator==(const Placement&) const = default;
};

struct Deploy {
  std::string mode;  // replicated (also when empty), global, replicated-job, global-job
  std::optional<std::uint64_t> replicas;
  bool live_replicas = false;  // `replicas: live`: the service keeps the number that it has
  std::string endpoint_mode;
  Pairs labels;
  std::optional<UpdateConfig> update_config;
  std::optional<UpdateConfig> rollback_config;
  std::optional<RestartPolicy> restart_policy;
  std::optional<Limits> limits;
  std::optional<Reservations> reservations;
  std::optional<std::int64_t> swap;        // bytes beside the limit of memory; -1: no limit
  std::optional<std::int64_t> swappiness;  // 0 to 100
  Placement placement;
  SourceLoc mode_loc;
  SourceLoc replicas_loc;
  SourceLoc endpoint_loc;
  SourceLoc update_loc;
  SourceLoc rollback_loc;
  Places labels_at;
  bool operator==(const Deploy&) const = default;
};

}  // namespace skep::stack
