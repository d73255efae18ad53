#include "docker/endpoint.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

namespace skep::docker {

namespace {

constexpr const char* kHint = "a unix socket works: -H unix:///var/run/docker.sock";
constexpr const char* kUnix = "unix://";

std::string socket_of(const std::string& host, const std::string& source) {
  if (!host.starts_with(kUnix)) {
    const auto scheme = host.find("://");
    if (scheme == std::string::npos) {
      throw Error(Kind::usage, fmt::format("{}: \"{}\" is no address of an engine", source, host),
                  kHint);
    }
    throw Error(Kind::usage,
                fmt::format("{}: \"{}\": engines on {}:// are not supported yet", source, host,
                            host.substr(0, scheme)),
                kHint);
  }
  const auto path = host.substr(std::string(kUnix).size());
  if (path.empty()) return kDefaultSocket;
  if (!path.starts_with('/')) {
    throw Error(Kind::usage,
                fmt::format("{}: \"{}\": the path of a socket must be absolute", source, host),
                kHint);
  }
  return path;
}

void refuse_context(const std::string& name, const std::string& source) {
  if (name == "default") return;
  throw Error(
      Kind::usage,
      fmt::format("{}: docker context \"{}\": contexts are not supported yet", source, name),
      kHint);
}

std::string set_in(const Env& env, const char* name) {
  return env.get(name).value_or("");
}

}  // namespace

Endpoint resolve_endpoint(const EndpointFlags& flags, const Config& config, const Env& env) {
  if (flags.host && flags.context) {
    throw Error(Kind::usage, "--host and --context name two engines", "give one of them");
  }
  Endpoint endpoint;
  endpoint.api_version = set_in(env, "DOCKER_API_VERSION");
  const auto from_host = [&](const std::string& host, const std::string& source) {
    endpoint.unix_socket = socket_of(host, source);
    endpoint.source = source;
    return endpoint;
  };
  // As in docker, the context "default" means DOCKER_HOST or the default socket.
  const auto variable = set_in(env, "DOCKER_HOST");
  if (flags.host) return from_host(*flags.host, "--host");
  if (flags.context) {
    refuse_context(*flags.context, "--context");
  } else if (variable.empty()) {
    if (const auto name = set_in(env, "DOCKER_CONTEXT"); !name.empty()) {
      refuse_context(name, "DOCKER_CONTEXT");
    } else if (!config.current_context.empty()) {
      refuse_context(config.current_context, config.file + ": currentContext");
    }
  }
  if (!variable.empty()) return from_host(variable, "DOCKER_HOST");
  return endpoint;
}

}  // namespace skep::docker
