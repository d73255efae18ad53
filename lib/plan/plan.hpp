#pragma once
// A plan: ordered stages, each {actions, wait_for}. A release, the way back and a rollback are all
// plans, and the same rollout carries them out. Everything here is pure.
#include "base/json.hpp"
#include "base/secret.hpp"
#include "swarm/delivery.hpp"
#include "swarm/diff.hpp"
#include "swarm/spec.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace skep::plan {

struct LabelNode {
  std::string hostname;
  std::map<std::string, std::string> labels;  // to set; others stay
  bool operator==(const LabelNode&) const = default;
};
struct CreateNetwork {
  std::string name;
  Json spec;
  bool operator==(const CreateNetwork&) const = default;
};
struct CreateSecret {
  std::string name;
  std::string plain_name;
  Json spec;  // without Data
  Secret data;
  bool operator==(const CreateSecret&) const = default;
};
struct CreateConfig {
  std::string name;
  std::string plain_name;
  Json spec;
  std::string data;
  bool operator==(const CreateConfig&) const = default;
};
struct CreateService {
  std::string name;
  swarm::Spec spec;  // canonical, by names; the digest pinned
  bool live_replicas = false;
  bool operator==(const CreateService&) const = default;
};
struct UpdateService {
  std::string name;
  std::string id;
  std::uint64_t version = 0;  // read under the lock; rollout sends it
  swarm::Spec spec;
  std::vector<swarm::FieldChange> changes;
  bool restarts = false;
  std::string why;             // when changes is empty: "paused half-updated", "credential", …
  bool live_replicas = false;  // an autoscaler sets the number of tasks: the live number is written
  bool operator==(const UpdateService&) const = default;
};
/// A one-off: one task of this spec, run to its end. Services that wait for it are in a later
/// stage.
struct RunTask {
  std::string name;                         // the name that its service would have
  swarm::Spec spec;                         // with the values that are delivered
  swarm::Spec recorded;                     // without them: what the record keeps
  std::vector<swarm::FieldChange> changes;  // since it last succeeded
  std::string why;                          // when changes is empty
  bool operator==(const RunTask&) const = default;
};
struct RemoveService {
  std::string name;
  std::string id;
  std::string why{};  // "must be recreated: …"; "" when the stack no longer names it
  bool operator==(const RemoveService&) const = default;
};
struct RemoveSecret {
  std::string name;
  std::string id;
  bool operator==(const RemoveSecret&) const = default;
};
struct RemoveConfig {
  std::string name;
  std::string id;
  bool operator==(const RemoveConfig&) const = default;
};
struct RemoveNetwork {
  std::string name;
  std::string id;
  bool operator==(const RemoveNetwork&) const = default;
};

using Action =
    std::variant<LabelNode, CreateNetwork, CreateSecret, CreateConfig, CreateService, UpdateService,
                 RunTask, RemoveService, RemoveSecret, RemoveConfig, RemoveNetwork>;

/// What a stage waits for before the next begins. A service that no earlier action of the plan
/// wrote is waited for as it is: an update from before this run is allowed to finish.
struct Wait {
  enum class For {
    converged,
    gone,
    ended,  // for a job: none of its containers runs any more, or its time is over
  };
  std::string service;  // full name
  For what = For::converged;
  bool operator==(const Wait&) const = default;
};

struct Stage {
  std::vector<Action> actions;
  std::vector<Wait> wait_for;
  bool operator==(const Stage&) const = default;
};

struct Plan {
  std::string stack;
  std::vector<Stage> stages;
  std::vector<std::string> unchanged;  // full names of services that need no write
  std::vector<std::string> notes;      // what differs and stays as it is, and why
  bool operator==(const Plan&) const = default;
  /// Nothing is to be written.
  bool empty() const;
};

}  // namespace skep::plan
