// Networks, secrets and configs that a stack needs or makes.
#include "plan/preflight.hpp"
#include "swarm/record.hpp"
#include "swarm/subnet.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::plan {
namespace {

bool of_engine(const std::string& network) {
  return network == "host" || network == "bridge" || network == "none";
}

void check_external_network(const convert::DesiredNetwork& wanted, const swarm::Network* live,
                            Diagnostics& problems) {
  const auto hint =
      fmt::format("create it first: docker network create --driver overlay {}", wanted.name);
  const auto path = "networks." + wanted.key;
  if (of_engine(wanted.name)) return;
  if (live == nullptr) {
    problems.error(wanted.loc, path,
                   fmt::format("external network \"{}\" does not exist in this swarm", wanted.name),
                   hint);
  } else if (live->scope != "swarm") {
    problems.error(
        wanted.loc, path,
        fmt::format(
            "external network \"{}\" has the scope \"{}\", a stack needs one of scope \"swarm\"",
            wanted.name, live->scope),
        hint);
  }
}

std::vector<std::string> subnets_of(const Json& spec) {
  std::vector<std::string> result;
  const auto pointer = Json::json_pointer("/IPAM/Config");
  if (!spec.contains(Json::json_pointer("/IPAM")) || !spec["IPAM"].is_object() ||
      !spec.contains(pointer))
    return result;
  for (const auto& pool : spec.at(pointer)) {
    if (pool.is_object() && pool.contains("Subnet"))
      result.push_back(pool["Subnet"].get<std::string>());
  }
  return result;
}

bool overlap(const std::string& a, const std::string& b) {
  const auto first = swarm::parse_subnet(a);
  const auto second = swarm::parse_subnet(b);
  return first && second && swarm::overlap(*first, *second);
}

/// The engine takes overlapping subnets, and the tasks then stay pending for ever (docs/engine.md,
/// "Networks").
void check_pools(const convert::DesiredNetwork& wanted, const Judged& judged,
                 Diagnostics& problems) {
  const auto clash = [&](const std::string& mine, const std::string& other,
                         const std::string& subnet) {
    problems.error(wanted.loc, "networks." + wanted.key + ".ipam",
                   fmt::format("subnet {} overlaps {} of network \"{}\"", mine, subnet, other),
                   "choose another subnet, or let the engine choose");
  };
  for (const auto& mine : subnets_of(wanted.spec)) {
    for (const auto& live : judged.snapshot.networks) {
      if (live.scope != "swarm" || live.name == wanted.name) continue;
      for (const auto& subnet : live.subnets) {
        if (overlap(mine, subnet)) clash(mine, live.name, subnet);
      }
    }
    for (const auto& other : judged.desired.networks) {
      if (other.external || other.name <= wanted.name) continue;  // each pair once
      for (const auto& subnet : subnets_of(other.spec)) {
        if (overlap(mine, subnet)) clash(mine, other.name, subnet);
      }
    }
  }
}

void check_own_network(const convert::DesiredNetwork& wanted, const swarm::Network* live,
                       const Judged& judged, Diagnostics& problems) {
  if (live == nullptr) return;
  const auto owner = live->labels.find(swarm::kNamespaceLabel);
  if (owner != live->labels.end() && owner->second == judged.desired.stack) return;
  problems.error(wanted.loc, "networks." + wanted.key,
                 fmt::format("there is already a network \"{}\", {}", wanted.name,
                             owner == live->labels.end() ? "which belongs to no stack"
                                                         : "of stack \"" + owner->second + "\""),
                 "say `external: true` to use it, or give the network another name");
}

void check_external(const convert::DesiredObject& object, const char* kind, bool there,
                    Diagnostics& problems) {
  if (there) return;
  problems.error(object.loc, fmt::format("{}s.{}", kind, object.key),
                 fmt::format("external {} \"{}\" does not exist", kind, object.name),
                 fmt::format("create it first: docker {} create {} FILE", kind, object.name));
}

}  // namespace

void check_networks(const Judged& judged, Diagnostics& problems) {
  for (const auto& wanted : judged.desired.networks) {
    const auto* live = judged.snapshot.find_network(wanted.name);
    if (wanted.external) {
      check_external_network(wanted, live, problems);
    } else {
      check_own_network(wanted, live, judged, problems);
    }
  }
}

void check_subnets(const Judged& judged, Diagnostics& problems) {
  for (const auto& wanted : judged.desired.networks) {
    const bool made = !wanted.external && judged.snapshot.find_network(wanted.name) == nullptr;
    if (made) check_pools(wanted, judged, problems);
  }
}

void check_objects(const Judged& judged, Diagnostics& problems) {
  const auto& snapshot = judged.snapshot;
  for (const auto& secret : judged.desired.secrets) {
    if (secret.external)
      check_external(secret, "secret", snapshot.find_secret(secret.name) != nullptr, problems);
  }
  const auto& more = snapshot.config_names;
  for (const auto& config : judged.desired.configs) {
    if (!config.external) continue;
    const bool there = snapshot.find_config(config.name) != nullptr ||
                       std::find(more.begin(), more.end(), config.name) != more.end();
    check_external(config, "config", there, problems);
  }
}

}  // namespace skep::plan
