#include "ops/contexts.hpp"

#include "base/error.hpp"
#include "docker/config.hpp"
#include "docker/context.hpp"
#include "docker/endpoint.hpp"

#include <algorithm>

namespace skep::ops {
namespace {

constexpr const char* kDefaultName = "default";

/// The default context is no file: it is what -H, DOCKER_HOST and the variables of TLS say.
docker::Found default_context(docker::EndpointFlags flags, const docker::Config& config,
                              const Env& env) {
  if (!flags.host) flags.context = kDefaultName;
  docker::Found found;
  found.context.name = kDefaultName;
  try {
    const auto endpoint = docker::resolve_endpoint(flags, config, env);
    found.context.host = endpoint.written;
    found.context.tls = endpoint.tls;
  } catch (const Error& error) {
    found.problem = error.what();
  }
  return found;
}

std::string shown_host(const docker::Found& found) {
  if (!found.problem.empty()) return {};
  const auto& host = found.context.host;
  return host.empty() ? std::string("unix://") + docker::kDefaultSocket : host;
}

bool has_tls(const docker::Found& found) {
  return found.context.tls.has_value() && !found.context.host.starts_with("unix://") &&
         !found.context.host.starts_with("ssh://");
}

ContextRow row(const docker::Found& found, const std::string& chosen) {
  ContextRow row;
  row.name = found.context.name;
  row.endpoint = shown_host(found);
  row.description = found.context.description;
  row.tls = has_tls(found);
  row.verified = row.tls && found.context.tls->verify;
  row.chosen = row.name == chosen;
  row.problem = found.problem;
  return row;
}

}  // namespace

Contexts list_contexts(const deploy::Deps& deps) {
  const auto config = docker::load_config(deps.env);
  docker::EndpointFlags flags;
  if (!deps.host.host.empty()) flags.host = deps.host.host;
  if (!deps.host.context.empty()) flags.context = deps.host.context;
  const auto chosen = docker::chosen_context(flags, config, deps.env);

  auto all = docker::list_contexts(docker::config_folder(config));
  flags.context.reset();
  all.insert(all.begin(), default_context(flags, config, deps.env));
  const auto is_chosen = [&](const docker::Found& found) {
    return found.context.name == chosen.name;
  };
  if (std::none_of(all.begin(), all.end(), is_chosen)) {
    docker::Found missing;
    missing.context.name = chosen.name;
    missing.problem = "there is no docker context of this name";
    all.push_back(std::move(missing));
  }
  Contexts result{{}, chosen.name, chosen.source};
  for (const auto& found : all) result.rows.push_back(row(found, chosen.name));
  return result;
}

}  // namespace skep::ops
