#pragma once
// From what is live back to what was live before.
#include "plan/plan.hpp"
#include "swarm/snapshot.hpp"

#include <string>
#include <vector>

namespace skep::plan {

/// From what is live now to what was live before: updates what differs, creates what is gone,
/// removes services, then secrets, configs and networks of the stack, that were not there. A new
/// job that still runs is let end first, after everything else is back. Never re-runs a job; takes
/// no account of node labels. `why` is the reason that its updates show.
Plan way_back(const std::string& stack, const swarm::Snapshot& before, const swarm::Snapshot& now,
              const std::string& why = "back to what it was before the release");

/// Whether a container of the job (of its present iteration) runs, or it is between two of its
/// completions. Not one that waits for a place, that is between two tries, or that fails again and
/// again: Swarm would go on with it for ever.
bool still_runs(const swarm::Service& job, const std::vector<swarm::Task>& tasks,
                const std::vector<swarm::Node>& nodes);

/// Throws Error{preflight} when an object that `service` (of before) refers to is gone.
void require_objects(const std::string& service, const swarm::Spec& spec,
                     const swarm::Snapshot& now);

}  // namespace skep::plan
