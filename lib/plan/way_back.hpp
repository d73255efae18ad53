#pragma once
// From what is live back to what was live before.
#include "plan/plan.hpp"
#include "swarm/snapshot.hpp"

#include <string>
#include <vector>

namespace skep::plan {

/// From what is live to what was live before: updates what differs, creates what is gone, removes
/// what is new (services, then secrets, configs and networks of the stack). A new job that still
/// runs is removed when it has ended, after everything else is back. Never runs a job again;
/// ignores node labels. Updates show `why` as their reason.
Plan way_back(const std::string& stack, const swarm::Snapshot& before, const swarm::Snapshot& now,
              const std::string& why = "back to what it was before the release");

/// Whether a container of the job's present iteration runs, or the job is between two completions.
/// Not while it waits for a node or tries again: Swarm would go on with that for ever.
bool still_runs(const swarm::Service& job, const std::vector<swarm::Task>& tasks,
                const std::vector<swarm::Node>& nodes);

/// Throws Error{preflight} when an object that the earlier `service` refers to is gone.
void require_objects(const std::string& service, const swarm::Spec& spec,
                     const swarm::Snapshot& now);

}  // namespace skep::plan
