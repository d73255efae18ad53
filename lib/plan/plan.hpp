#pragma once
// A plan: ordered stages, each {actions, wait_for}. A release, the way back and a rollback are all
// plans, and the same rollout carries them out. Everything here is pure.
#include "base/diagnostics.hpp"
#include "base/secret.hpp"
#include "convert/desired.hpp"
#include "swarm/delivery.hpp"
#include "swarm/outcome.hpp"
#include "swarm/snapshot.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
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

/// The digest of an image reference, or why there is none.
struct Resolved {
  std::string digest;  // "sha256:…"; empty with `error`, or for a local image
  Json platforms;      // Placement.Platforms as docker fills it in; may be null
  std::string error;
  bool local = false;  // a local image: no digest, used as it is
};

/// How a one-off ended when it last ran.
struct LastRun {
  swarm::Spec spec;  // without delivered values
  bool succeeded = false;
  bool operator==(const LastRun&) const = default;
};

/// What the pure functions cannot know: callers that ask the engine, registries and the database
/// fill it in.
struct Choices {
  std::map<std::string, std::string>
      image_of_service;  // service key → reference to deploy (built or as written)
  std::map<std::string, Resolved> digests;   // reference → digest or error
  std::vector<swarm::Injection> injections;  // delivered values
  std::map<std::string, std::map<std::string, std::string>>
      node_labels;                             // hostname → labels that must be there
  std::map<std::string, bool> secret_matches;  // live secret name → its content is the wanted one
  std::map<std::string, LastRun> last_runs;    // one-offs by full name
  std::string suffix_seed;        // makes names of new configs and secrets; random in production
  std::set<std::string> restart;  // service keys: new tasks, though nothing changes
  bool prune = false;
  bool resume = false;    // go on with a paused service
  bool recreate = false;  // remove a service and create it again where Swarm cannot change it
  std::map<std::string, swarm::Spec>
      ways_back;  // service that a release left paused half-way → its spec from before that
};

struct Judged;  // plan/judge.hpp

/// Throws Error{preflight, registry} when no plan is possible (a new image without a digest).
Plan make_plan(const Judged& judged);

/// From what is live to what was live before: updates what differs, creates what is gone, removes
/// what is new (services, then secrets, configs and networks of the stack). A new job that still
/// runs is removed when it has ended, after everything else is back. Never runs a job again;
/// ignores node labels. Updates show `why` as their reason.
Plan way_back(const std::string& stack, const swarm::Snapshot& before, const swarm::Snapshot& now,
              const std::string& why = "back to what it was before the release");

/// `auth refresh`: writes each service as it is, so that the engine keeps the credential sent with
/// the write. Left out, with a note: jobs, which any write runs again, and services in an update or
/// stopped half-way through one.
Plan refresh(const std::string& stack, const swarm::Snapshot& now);

/// Whether a container of the job's present iteration runs, or the job is between two completions.
/// Not while it waits for a node or tries again: Swarm would go on with that for ever.
bool still_runs(const swarm::Service& job, const std::vector<swarm::Task>& tasks,
                const std::vector<swarm::Node>& nodes);

/// For people: what will be created, updated (each field, old → new, redacted), removed; what
/// restarts and why.
std::string format(const Plan& plan);
/// For programs: the same as JSON.
Json to_json(const Plan& plan);

/// Finds everything that would make the release fail and can be known before the first change; all
/// problems at once.
Diagnostics preflight(const Judged& judged);

}  // namespace skep::plan
