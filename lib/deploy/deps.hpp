#pragma once
// What an operation works with: the engine, the time, where events go, the environment, and when to
// stop. Nothing else.
#include "base/clock.hpp"
#include "base/env.hpp"
#include "base/event.hpp"
#include "docker/config.hpp"
#include "engine/guarded.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

namespace skep::deploy {

/// -H/--host and --context as given; empty when not.
struct HostOptions {
  std::string host;
  std::string context;
};

/// Makes the connection to an engine; in tests it returns a fake.
using Connector = std::function<std::unique_ptr<engine::Transport>(
    const HostOptions&, const docker::Config&, const Env&, Clock&)>;

/// Resolves the endpoint (docker::resolve_endpoint) and makes the connection, which begins with the
/// first request. Throws Error{usage, input} for an endpoint that cannot be used.
std::unique_ptr<engine::Transport> connect_to_engine(const HostOptions& options,
                                                     const docker::Config& config, const Env& env,
                                                     Clock& clock);

struct Deps {
  Deps(const Env& environment, Clock& time, EventSink& sink, std::stop_token stop_token,
       HostOptions host_options, Connector connector)
      : env(environment),
        clock(time),
        events(sink),
        stop(std::move(stop_token)),
        host(std::move(host_options)),
        connect(std::move(connector)) {}

  /// Connects at the first call, so that a verb that only reads files needs no engine.
  engine::Guarded& engine();
  /// docker's configuration, read at the first call. Throws as docker::load_config does.
  const docker::Config& docker_config();
  /// The credentials in it. What is found is told to the Redactor.
  const docker::Credentials& credentials();

  const Env& env;
  Clock& clock;
  EventSink& events;
  std::stop_token stop;
  HostOptions host;
  Connector connect;
  /// Warnings of preflight that were already emitted: it runs up to three times.
  std::set<std::string> told;

 private:
  std::recursive_mutex once_;
  std::unique_ptr<engine::Guarded> engine_;
  std::optional<docker::Config> config_;
  std::optional<docker::Credentials> credentials_;
};

}  // namespace skep::deploy
