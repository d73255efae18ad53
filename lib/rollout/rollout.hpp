#pragma once
// Carries out a plan stage by stage: it writes, then waits for what the stage names. The same
// function does a release, the way back after a failure, and a rollback to a kept release.
#include "base/clock.hpp"
#include "base/event.hpp"
#include "engine/registry_auth.hpp"
#include "plan/plan.hpp"
#include "swarm/outcome.hpp"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace skep::rollout {

struct Options {
  Duration timeout = std::chrono::minutes(10);  // from the first write
  std::optional<Duration> hold;                 // watch::Options::hold
  std::optional<TimePoint> jobs_until;          // until when to wait for jobs that are to end
  bool wait = true;                             // false: --detach
  bool stop_on_failure = true;
};

struct Callbacks {
  /// The credential for an image reference. May be empty: each is anonymous.
  std::function<engine::RegistryAuth(const std::string& image)> registry_auth;
  /// Called before every write. If it throws, the rollout ends as if the write had failed. May be
  /// empty.
  std::function<void()> before_write;
  /// Called with a one-off's full name when it has succeeded, so that the record can keep it. May
  /// be empty.
  std::function<void(const std::string& task)> task_done = {};
};

/// Never throws for what the cluster says: that is the Outcome. Throws Error{interrupted, lock}.
/// After "update out of sequence" the service is read again: the write is retried when only its
/// status moved; it is a conflict when its spec moved.
swarm::Outcome roll_out(engine::Transport& engine, Clock& clock, EventSink& events,
                        const plan::Plan& plan, const Callbacks& callbacks, const Options& options,
                        std::stop_token stop);

}  // namespace skep::rollout
