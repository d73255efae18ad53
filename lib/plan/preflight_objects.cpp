// Networks, secrets and configs that a stack needs or makes.
#include "plan/preflight.hpp"
#include "swarm/record.hpp"
#include "swarm/subnet.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::plan {
namespace {

constexpr std::size_t kMaxSecretBytes = 511'999;  // docs/engine.md, "Names and sizes"

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
void check_pools(const convert::DesiredNetwork& wanted, const Checked& checked,
                 Diagnostics& problems) {
  const auto clash = [&](const std::string& mine, const std::string& other,
                         const std::string& subnet) {
    problems.error(wanted.loc, "networks." + wanted.key + ".ipam",
                   fmt::format("subnet {} overlaps {} of network \"{}\"", mine, subnet, other),
                   "choose another subnet, or let the engine choose");
  };
  for (const auto& mine : subnets_of(wanted.spec)) {
    if (!swarm::parse_subnet(mine)) {
      problems.error(wanted.loc, "networks." + wanted.key + ".ipam",
                     fmt::format("\"{}\" is not a subnet", mine), "write it as 10.20.0.0/24");
    }
    for (const auto& live : checked.snapshot.networks) {
      if (live.scope != "swarm" || live.name == wanted.name) continue;
      for (const auto& subnet : live.subnets) {
        if (overlap(mine, subnet)) clash(mine, live.name, subnet);
      }
    }
    for (const auto& other : checked.desired.networks) {
      if (other.external || other.name <= wanted.name) continue;  // each pair once
      for (const auto& subnet : subnets_of(other.spec)) {
        if (overlap(mine, subnet)) clash(mine, other.name, subnet);
      }
    }
  }
}

void check_own_network(const convert::DesiredNetwork& wanted, const swarm::Network* live,
                       const Checked& checked, Diagnostics& problems) {
  if (live == nullptr) return;
  const auto owner = live->labels.find(swarm::kNamespaceLabel);
  if (owner != live->labels.end() && owner->second == checked.desired.stack) return;
  problems.error(wanted.loc, "networks." + wanted.key,
                 fmt::format("there is already a network \"{}\", {}", wanted.name,
                             owner == live->labels.end() ? "which belongs to no stack"
                                                         : "of stack \"" + owner->second + "\""),
                 "say `external: true` to use it, or give the network another name");
}

void check_size(const convert::DesiredObject& object, const char* kind, std::size_t most,
                Diagnostics& problems) {
  if (!object.driver.empty() || (!object.data.empty() && object.data.reveal().size() <= most))
    return;
  problems.error(
      object.loc, fmt::format("{}s.{}", kind, object.key),
      object.data.empty()
          ? fmt::format("{} \"{}\" is empty, and the engine takes no empty one", kind, object.name)
          : fmt::format("{} \"{}\" has {} bytes, the engine takes at most {}", kind, object.name,
                        object.data.reveal().size(), most),
      object.data.empty() ? "put something into its source" : "make it smaller");
}

void check_external(const convert::DesiredObject& object, const char* kind, bool there,
                    Diagnostics& problems) {
  if (there) return;
  problems.error(object.loc, fmt::format("{}s.{}", kind, object.key),
                 fmt::format("external {} \"{}\" does not exist", kind, object.name),
                 fmt::format("create it first: docker {} create {} FILE", kind, object.name));
}

}  // namespace

void check_networks(const Checked& checked, Diagnostics& problems) {
  for (const auto& wanted : checked.desired.networks) {
    const auto* live = checked.snapshot.find_network(wanted.name);
    if (wanted.external) {
      check_external_network(wanted, live, problems);
    } else {
      check_own_network(wanted, live, checked, problems);
    }
  }
}

void check_subnets(const Checked& checked, Diagnostics& problems) {
  for (const auto& wanted : checked.desired.networks) {
    const bool made = !wanted.external && checked.snapshot.find_network(wanted.name) == nullptr;
    if (made) check_pools(wanted, checked, problems);
  }
}

void check_objects(const Checked& checked, Diagnostics& problems) {
  const auto& snapshot = checked.snapshot;
  for (const auto& secret : checked.desired.secrets) {
    if (secret.external) {
      check_external(secret, "secret", snapshot.find_secret(secret.name) != nullptr, problems);
    } else {
      check_size(secret, "secret", kMaxSecretBytes, problems);
    }
  }
  const auto& more = snapshot.config_names;
  for (const auto& config : checked.desired.configs) {
    if (config.external) {
      const bool there = snapshot.find_config(config.name) != nullptr ||
                         std::find(more.begin(), more.end(), config.name) != more.end();
      check_external(config, "config", there, problems);
    } else {
      check_size(config, "config", swarm::kMaxConfigBytes, problems);
    }
  }
}

}  // namespace skep::plan
