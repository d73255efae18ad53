#pragma once
// A plan: ordered stages, each {actions, wait_for}. A release, the way back and a rollback are all
// plans, carried out by the same rollout. Everything here is pure.
#include "base/diagnostics.hpp"
#include "convert/desired.hpp"
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
  Json spec;         // without Data
  std::string data;  // never printed
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
  bool live_replicas = false;  // the number of tasks is somebody else's: as it is when written
  bool operator==(const UpdateService&) const = default;
};
/// A one-off: one task of this spec, run to its end. Whatever waits for it is in a later stage.
struct RunTask {
  std::string name;                         // as its service would be called
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

/// What a stage waits for before the next begins. A service that no action of the plan has written
/// by then is waited for as it is: an update of before this run is let finish.
struct Wait {
  enum class For {
    converged,
    gone,
    ended,  // of a job: no container of it runs any more, or its time is over
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

/// What only others can know; brings it all to the pure functions.
struct Choices {
  std::map<std::string, std::string>
      image_of_service;  // service key → reference to deploy (built or as written)
  std::map<std::string, Resolved> digests;   // reference → digest or error
  std::vector<swarm::Injection> injections;  // delivered values
  std::map<std::string, std::map<std::string, std::string>>
      node_labels;                             // hostname → labels that must be there
  std::map<std::string, bool> secret_matches;  // live secret name → its content is the wanted one
  std::map<std::string, LastRun> last_runs;    // one-offs by full name
  std::string suffix_seed;        // for names of new configs and secrets; random in production
  std::set<std::string> restart;  // service keys: new tasks, though nothing changes
  bool prune = false;
  bool resume = false;    // go on with a paused service
  bool recreate = false;  // remove a service and create it again where Swarm cannot change it
  std::map<std::string, swarm::Spec>
      ways_back;  // service that a release left paused half-way → its spec from before that
};

struct Judged;  // plan/judge.hpp

/// Throws Error{preflight, registry} for what makes no plan possible (a new image without a
/// digest).
Plan make_plan(const Judged& judged);

/// From what is live now to what was live before: updates what differs, creates what is gone,
/// removes services, then secrets, configs and networks of the stack, that were not there. A new
/// job that still runs is let end first, after everything else is back. Never re-runs a job; takes
/// no account of node labels. `why` is the reason that its updates show.
Plan way_back(const std::string& stack, const swarm::Snapshot& before, const swarm::Snapshot& now,
              const std::string& why = "back to what it was before the release");

/// `auth refresh`: each service is written as it is, so that the engine keeps the credential that
/// comes with the write. Left out, and noted: jobs, which any write runs again, and services in or
/// stopped within an update.
Plan refresh(const std::string& stack, const swarm::Snapshot& now);

/// Whether a container of the job (of its present iteration) runs, or it is between two of its
/// completions. Not one that waits for a place, that is between two tries, or that fails again and
/// again: Swarm would go on with it for ever.
bool still_runs(const swarm::Service& job, const std::vector<swarm::Task>& tasks,
                const std::vector<swarm::Node>& nodes);

/// For people: what will be created, updated (each field, old → new, redacted), removed; what
/// restarts and why.
std::string format(const Plan& plan);
/// For programs: the same as JSON.
Json to_json(const Plan& plan);

/// Everything that can be known before the first change and would make it fail. All problems at
/// once.
Diagnostics preflight(const Judged& judged);

}  // namespace skep::plan
