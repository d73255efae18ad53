#include "deploy/deps.hpp"

#include "docker/config.hpp"
#include "docker/endpoint.hpp"
#include "engine/connect.hpp"

namespace skep::deploy {
namespace {

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

std::unique_ptr<engine::Transport> connect_to_engine(const HostOptions& options, const Env& env,
                                                     Clock& clock) {
  const docker::EndpointFlags flags{given(options.host), given(options.context)};
  return engine::connect(docker::resolve_endpoint(flags, docker::load_config(env), env), clock);
}

engine::Guarded& Deps::engine() {
  // Not std::call_once: an exception that leaves it ends a program that is linked with
  // -static-libgcc.
  const std::lock_guard lock(once_);
  if (!engine_) engine_ = std::make_unique<engine::Guarded>(connect(host, env, clock));
  return *engine_;
}

}  // namespace skep::deploy
