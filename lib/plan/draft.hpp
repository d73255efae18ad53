#pragma once
// What will become of each service, before it is put into stages.
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
  std::vector<std::string> dropped;  // fields that the engines of this swarm do not know
  std::string image_error;           // a new image without a digest
  std::string why;                   // a reason beside the changes
  bool restarts = false;
  bool write = false;     // it is to be created or updated
  bool paused = false;    // an update was stopped half-way
  bool recreate = false;  // its mode changes, which Swarm cannot do to an existing service
  const swarm::Spec* way_back = nullptr;  // for a paused one: first back to this, then forward

  bool in_progress() const;  // an update runs now
};

/// What will become of a one-off.
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

/// The stack's own service of that name; nullptr when there is none, or when another stack has that
/// name.
const swarm::Service* own_service(const swarm::Snapshot& snapshot, const std::string& stack,
                                  const std::string& name);

/// Whether an update was stopped half-way. Not for a service whose tasks are meant to end: the
/// engine's updater takes every end for a failure.
bool is_paused(const swarm::Service& service, const swarm::Snapshot& snapshot);
bool is_in_progress(const swarm::Service& service);
/// Running tasks that are not of the service's spec (`_up-to-date` filter of GET /tasks).
std::size_t stale_tasks(const swarm::Service& service, const swarm::Snapshot& snapshot);
/// "replicated", "global-job", … as deploy.mode has them.
const char* mode_word(swarm::Spec::Mode mode);
/// Why one service is removed and created again.
std::string why_recreated(const swarm::Spec& live, const swarm::Spec& wanted);
/// Nodes that a task of this spec could run on: ready, active, with matching constraints and
/// platform. Labels of `nodes:` count.
std::vector<const swarm::Node*> fitting_nodes(const swarm::Spec& spec,
                                              const std::vector<swarm::Node>& nodes);
/// The nodes with the labels that this release will give them.
std::vector<swarm::Node> labelled_nodes(const swarm::Snapshot& snapshot, const Choices& choices);
/// Looks only at constraints and platforms, not at the node's state.
bool node_fits(const swarm::Node& node, const swarm::Spec& spec);

}  // namespace skep::plan
