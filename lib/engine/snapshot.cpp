#include "engine/snapshot.hpp"

#include "base/parallel.hpp"
#include "engine/configs.hpp"
#include "engine/networks.hpp"
#include "engine/nodes.hpp"
#include "engine/secrets.hpp"
#include "engine/services.hpp"
#include "engine/system.hpp"
#include "engine/tasks.hpp"
#include "swarm/parse.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace skep::engine {

namespace {

constexpr std::size_t kWidth = 8;

/// Networks that a service can name: the swarm's, and docker's own that exist on every node.
bool is_usable(const swarm::Network& network) {
  return network.scope == "swarm" || network.name == "host" || network.name == "bridge" ||
         network.name == "none";
}

void read_configs(Transport& engine, swarm::Snapshot& snapshot, const std::string& stack,
                  const std::vector<std::string>& external, std::stop_token stop) {
  auto configs = list_configs(engine, of_stack(stack), stop);
  for (const auto& name : external) {
    const bool known = std::any_of(configs.begin(), configs.end(),
                                   [&](const auto& one) { return one.name == name; });
    if (known) continue;
    // The engine also takes an id's beginning for a name, so the name is compared.
    if (auto found = find_config(engine, name, stop); found && found->name == name) {
      snapshot.config_names.push_back(name);
      configs.push_back(std::move(*found));
    }
  }
  snapshot.configs = std::move(configs);
}

}  // namespace

swarm::Snapshot read_snapshot(Transport& engine, const std::string& stack,
                              const std::vector<std::string>& external_configs,
                              std::stop_token stop) {
  swarm::Snapshot snapshot;
  Json services;
  // Each writes a member of its own.
  const std::vector<std::function<void()>> reads{
      [&] { snapshot.cluster_id = text_of(inspect_swarm(engine, stop), "ID"); },
      [&] { snapshot.networks = list_networks(engine, {}, stop); },
      [&] { snapshot.secrets = list_secrets(engine, {}, stop); },
      [&] { read_configs(engine, snapshot, stack, external_configs, stop); },
      [&] { services = list_services_json(engine, {}, stop); },
      [&] { snapshot.tasks = list_tasks(engine, {}, stop); },
      [&] { snapshot.nodes = list_nodes(engine, stop); },
  };
  parallel(reads, kWidth, [](const std::function<void()>& read) {
    read();
    return true;
  });
  std::erase_if(snapshot.networks, [](const auto& network) { return !is_usable(network); });
  const auto names = with_docker_networks(engine, services, snapshot.names(), stop);
  for (const auto& service : services)
    snapshot.services.push_back(swarm::parse_service(service, names));
  return snapshot;
}

}  // namespace skep::engine
