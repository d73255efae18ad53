#pragma once
// What every change of a stack needs from start to end, and two questions that all of them ask: are
// the live services healthy, and are the checks good?
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
  /// Throws Error{usage} when --hold leaves no time of --timeout, Error{input} for docker's
  /// configuration.
  Run(Deps& deps, ReleaseOptions options, std::string stack);

  Deps& deps;
  const ReleaseOptions options;
  const std::string stack;
  const docker::Credentials& credentials;
  const TimePoint start;

  double seconds() const;  // since its start
  void phase(const std::string& name, const std::string& detail) const;
};

/// Watches the stack's live services until they are healthy; writes nothing. `autoscaled`: full
/// names of services whose number of tasks does not matter.
swarm::Outcome watch_live(const Run& run, const swarm::Snapshot& snapshot,
                          const std::set<std::string>& autoscaled);
/// Runs the project's checks until all are good or their time is over. Good at once without checks,
/// and with --detach.
swarm::Outcome run_checks(const Run& run, const config::Project& project);
/// An outcome event of what happened. `release`: the record's number; 0: none was written.
Ended ended(const Run& run, std::uint64_t release, Result result, const swarm::Outcome& outcome);

}  // namespace skep::deploy
