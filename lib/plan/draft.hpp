#pragma once
// What is to become of each service, before stages are made of it. Preflight and the plan judge the
// same drafts.
#include "convert/desired.hpp"
#include "plan/choices.hpp"
#include "plan/objects.hpp"
#include "plan/plan.hpp"
#include "swarm/diff.hpp"
#include "swarm/snapshot.hpp"

#include <string>
#include <vector>

namespace skep::plan {

struct Draft {
  const convert::DesiredService* desired = nullptr;
  const swarm::Service* live = nullptr;  // the stack's own; nullptr: it will be created
  swarm::Spec spec;  // as it will be: image pinned, values delivered, names of objects bound
  std::vector<swarm::FieldChange> changes;
  std::vector<std::string> dropped;  // fields that this swarm's engines do not know
  std::string image_error;           // a new image without a digest
  std::string why;                   // a reason beside the changes
  bool restarts = false;
  bool write = false;     // something is to be written: a create, or an update
  bool paused = false;    // an update was stopped half-way
  bool recreate = false;  // its mode changes, which Swarm cannot do to a service that is there
  const swarm::Spec* way_back = nullptr;  // of a paused one: first back to this, then forward

  bool in_progress() const;  // an update runs now
};

/// What is to become of a one-off.
struct OneOffDraft {
  const convert::DesiredService* desired = nullptr;
  swarm::Spec spec;      // image pinned, values delivered, names of objects bound
  swarm::Spec recorded;  // without the delivered values
  std::vector<swarm::FieldChange> changes;
  std::vector<std::string> dropped;
  std::string image_error;
  std::string why;
  bool due = false;  // it is to be run
};

struct Drafts {
  std::vector<Draft> services;        // sorted by name
  std::vector<OneOffDraft> one_offs;  // sorted by name
  Objects objects;
};

Drafts draft(const convert::Desired& desired, const swarm::Snapshot& snapshot,
             const Choices& choices);

/// The stack's own service of that name; nullptr also where the name is another's.
const swarm::Service* own_service(const swarm::Snapshot& snapshot, const std::string& stack,
                                  const std::string& name);

/// An update was stopped half-way. Not a one-shot whose tasks ended: the engine's updater takes
/// every end for a failure.
bool is_paused(const swarm::Service& service, const swarm::Snapshot& snapshot);
bool is_in_progress(const swarm::Service& service);
/// Running tasks that are not of the service's spec (`_up-to-date` filter of GET /tasks).
std::size_t stale_tasks(const swarm::Service& service, const swarm::Snapshot& snapshot);
/// "replicated", "global-job", … as deploy.mode has them.
const char* mode_word(swarm::Spec::Mode mode);
/// Why one service is removed and created again.
std::string why_recreated(const swarm::Spec& live, const swarm::Spec& wanted);
/// Nodes that a task of this spec could run on: ready, active, constraints, platforms. Labels of
/// `nodes:` count.
std::vector<const swarm::Node*> fitting_nodes(const swarm::Spec& spec,
                                              const std::vector<swarm::Node>& nodes);
/// The nodes with the labels that this release will give them.
std::vector<swarm::Node> labelled_nodes(const swarm::Snapshot& snapshot, const Choices& choices);
/// Constraints and platforms alone, whatever the node's state.
bool node_fits(const swarm::Node& node, const swarm::Spec& spec);

}  // namespace skep::plan
