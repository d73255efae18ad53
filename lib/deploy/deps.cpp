#include "deploy/deps.hpp"

#include "docker/endpoint.hpp"
#include "engine/connect.hpp"

#include <fmt/format.h>

namespace skep::deploy {
namespace {

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

std::unique_ptr<engine::Transport> connect_to_engine(const HostOptions& options,
                                                     const docker::Config& config, const Env& env,
                                                     Clock& clock) {
  const docker::EndpointFlags flags{given(options.host), given(options.context)};
  return engine::connect(docker::resolve_endpoint(flags, config, env), env, clock);
}

engine::Guarded& Deps::engine() {
  // Not std::call_once: an exception that leaves it ends a program that is linked with
  // -static-libgcc.
  const std::lock_guard lock(once_);
  if (!engine_) {
    engine_ = std::make_unique<engine::Guarded>(connect(host, docker_config(), env, clock));
  }
  return *engine_;
}

const docker::Config& Deps::docker_config() {
  const std::lock_guard lock(once_);
  if (!config_) config_ = docker::load_config(env);
  return *config_;
}

const docker::Credentials& Deps::credentials() {
  const std::lock_guard lock(once_);
  if (credentials_) return *credentials_;
  docker::Asking how;
  how.stop = stop;
  how.slow = [&sink = events](const std::string& program) {
    sink.emit(Note{fmt::format("waiting for {}: does it want a passphrase?", program)});
  };
  how.found = [&sink = events](const Secret& secret) { sink.redactor().hide(secret); };
  credentials_.emplace(docker_config(), env, std::move(how));
  return *credentials_;
}

}  // namespace skep::deploy
