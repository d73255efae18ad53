#include "base/error.hpp"
#include "docker/config.hpp"
#include "docker/context.hpp"
#include "docker/endpoint.hpp"
#include "ops/draft.hpp"

#include <fmt/format.h>

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

std::string line(const docker::Found& found, bool chosen) {
  auto text = fmt::format("{} {:<20} ", chosen ? '*' : ' ', found.context.name);
  if (!found.problem.empty()) return text + found.problem + '\n';
  text += shown_host(found);
  if (has_tls(found)) text += found.context.tls->verify ? " with TLS" : " with TLS, not verified";
  if (!found.context.description.empty()) text += "  " + found.context.description;
  return text + '\n';
}

Json json(const docker::Found& found, bool chosen) {
  return {{"name", found.context.name},
          {"endpoint", shown_host(found)},
          {"description", found.context.description},
          {"tls", has_tls(found)},
          {"chosen", chosen},
          {"problem", found.problem}};
}

}  // namespace

Printable list_contexts(const deploy::Deps& deps) {
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
  Draft result{"", {{"chosen", chosen.name}, {"source", chosen.source}}};
  result.json["contexts"] = Json::array();
  for (const auto& found : all) {
    result.text += line(found, is_chosen(found));
    result.json["contexts"].push_back(json(found, is_chosen(found)));
  }
  result.text += fmt::format("chosen by {}\n", chosen.source);
  return result.done();
}

}  // namespace skep::ops
