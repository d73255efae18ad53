#include "docker/endpoint.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "docker/context.hpp"

#include <fmt/format.h>

namespace skep::docker {

namespace {

constexpr const char* kDefault = "default";

std::string set_in(const Env& env, const char* name) {
  return env.get(name).value_or("");
}

/// "" when the environment asks for no TLS. As with docker any text counts, "0" too.
std::string tls_variable(const Env& env) {
  for (const char* name : {"DOCKER_TLS_VERIFY", "DOCKER_TLS"}) {
    if (!set_in(env, name).empty()) return name;
  }
  return {};
}

/// Without ca.pem docker does not begin either; cert and key go together or not at all.
Tls tls_of_environment(const Config& config, const Env& env) {
  const auto given = set_in(env, "DOCKER_CERT_PATH");
  const auto folder = given.empty() ? config_folder(config) : absolute_path(env.cwd, given);
  Tls tls{.ca = folder + "/ca.pem", .cert = folder + "/cert.pem", .key = folder + "/key.pem"};
  tls.verify = !set_in(env, "DOCKER_TLS_VERIFY").empty();
  return tls;
}

void drop_half_a_pair(Tls& tls) {
  if (file_exists(tls.cert) && file_exists(tls.key)) return;
  tls.cert.clear();
  tls.key.clear();
}

Endpoint of_environment(const EndpointFlags& flags, const Config& config, const Env& env) {
  Endpoint endpoint;
  const auto variable = set_in(env, "DOCKER_HOST");
  const auto wants_tls = tls_variable(env);
  if (flags.host || !variable.empty()) {
    endpoint.source = flags.host ? "--host" : "DOCKER_HOST";
    endpoint.written = flags.host.value_or(variable);
    endpoint.address = parse_address(endpoint.written, endpoint.source);
  } else if (!wants_tls.empty()) {
    endpoint.address = Tcp{.port = "2376"};
    endpoint.written = "tcp://localhost:2376";
    endpoint.source = fmt::format("the default with {}", wants_tls);
  }
  if (wants_tls.empty() || !std::holds_alternative<Tcp>(endpoint.address)) return endpoint;
  endpoint.tls = tls_of_environment(config, env);
  endpoint.tls->source = set_in(env, "DOCKER_CERT_PATH").empty()
                             ? fmt::format("{}, without DOCKER_CERT_PATH,", wants_tls)
                             : "DOCKER_CERT_PATH";
  drop_half_a_pair(*endpoint.tls);
  return endpoint;
}

Endpoint of_context(const Chosen& chosen, const Config& config) {
  auto context = load_context(config_folder(config), chosen.name, chosen.source);
  Endpoint endpoint;
  endpoint.source = fmt::format("context {}, {}", chosen.name, chosen.source);
  endpoint.address = parse_context_address(context.host, endpoint.source);
  if (!context.host.empty()) endpoint.written = context.host;
  if (std::holds_alternative<Tcp>(endpoint.address)) endpoint.tls = std::move(context.tls);
  if (endpoint.tls) {
    endpoint.tls->source = fmt::format("context {}", chosen.name);
    drop_half_a_pair(*endpoint.tls);
  }
  return endpoint;
}

}  // namespace

std::string config_folder(const Config& config) {
  return config.file.substr(0, config.file.rfind('/'));
}

Chosen chosen_context(const EndpointFlags& flags, const Config& config, const Env& env) {
  if (flags.host && flags.context) {
    throw Error(Kind::usage, "--host and --context name two engines", "give one of them");
  }
  if (flags.context) return {*flags.context, "--context"};
  if (flags.host) return {kDefault, "--host"};
  if (!set_in(env, "DOCKER_HOST").empty()) return {kDefault, "DOCKER_HOST"};
  if (const auto name = set_in(env, "DOCKER_CONTEXT"); !name.empty())
    return {name, "DOCKER_CONTEXT"};
  if (!config.current_context.empty())
    return {config.current_context, "currentContext in " + config.file};
  return {kDefault, "the default"};
}

Endpoint resolve_endpoint(const EndpointFlags& flags, const Config& config, const Env& env) {
  const auto chosen = chosen_context(flags, config, env);
  auto endpoint =
      chosen.name == kDefault ? of_environment(flags, config, env) : of_context(chosen, config);
  endpoint.api_version = set_in(env, "DOCKER_API_VERSION");
  return endpoint;
}

}  // namespace skep::docker
