#pragma once
// What a change of a stack works with from its start to its end, and the looks at the stack that it
// shares: whether what is live is healthy, and whether the checks are good.
#include "deploy/deps.hpp"
#include "deploy/options.hpp"
#include "docker/config.hpp"
#include "project/project.hpp"
#include "swarm/outcome.hpp"
#include "swarm/snapshot.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace skep::deploy {

/// Made once; nothing in it changes.
struct Run {
  /// Throws Error{usage} for times that leave none for the tasks, Error{input} of docker's
  /// configuration.
  Run(Deps& deps, ReleaseOptions options, std::string stack);

  Deps& deps;
  const ReleaseOptions options;
  const std::string stack;
  const docker::Credentials credentials;
  const TimePoint start;

  double seconds() const;  // since its start
  void phase(const std::string& name, const std::string& detail) const;
};

/// Watches the stack's live services until they are healthy, with no write before. `autoscaled`:
/// full names of services whose number of tasks is not looked at.
swarm::Outcome watch_live(const Run& run, const swarm::Snapshot& snapshot,
                          const std::set<std::string>& autoscaled);
/// The project's checks, until all are good or their time is over; good at once without any, and
/// with --detach.
swarm::Outcome run_checks(const Run& run, const config::Project& project);
/// An outcome event of what happened. `release`: the record's number; 0: none was written.
Ended ended(const Run& run, std::uint64_t release, swarm::Result result,
            const swarm::Outcome& outcome);

}  // namespace skep::deploy
