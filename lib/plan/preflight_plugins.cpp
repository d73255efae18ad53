// Plugins that tasks need: volume drivers, network drivers, log drivers. Swarm looks for a node
// that has them (swarmkit manager/scheduler/filter.go, PluginFilter), and waits for ever for one.
#include "base/json_at.hpp"
#include "plan/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace skep::plan {
namespace {

/// A plugin that a task needs, and what for.
struct Needed {
  std::string type;   // Volume, Network, Log, csinode: as a node names it
  std::string name;   // "": any of the type
  std::string key;    // below the service
  std::string why;    // "the volume plugin \"rexray\" (of shop_data)"
  std::string place;  // of DesiredService::places
};

bool is_it(const std::string& plugin, const Needed& needed) {
  const auto slash = plugin.find('/');
  if (plugin.substr(0, slash) != needed.type) return false;
  const auto name = plugin.substr(slash + 1);
  return needed.name.empty() || name == needed.name || name == needed.name + ":latest";
}

/// A node that names no plugin at all has not told of itself yet: each has the engine's own. One
/// that names no plugin for logs is an old engine, which names none.
bool has(const swarm::Node& node, const Needed& needed) {
  const auto& plugins = node.plugins;
  if (plugins.empty()) return true;
  const bool tells_logs = std::any_of(plugins.begin(), plugins.end(), [](const auto& plugin) {
    return plugin.starts_with("Log/");
  });
  if (needed.type == "Log" && !tells_logs) return true;
  return std::any_of(plugins.begin(), plugins.end(),
                     [&](const auto& plugin) { return is_it(plugin, needed); });
}

void of_mounts(const Json& container, std::vector<Needed>& result) {
  for (const auto& mount : list_at(container, {"Mounts"})) {
    const auto type = text_at(mount, {"Type"});
    const auto source = text_at(mount, {"Source"});
    const auto driver = text_at(mount, {"VolumeOptions", "DriverConfig", "Name"});
    const auto place = "volumes." + text_at(mount, {"Target"});
    if (type == "volume" && !driver.empty() && driver != "local") {
      result.push_back({"Volume", driver, "volumes",
                        fmt::format("the volume plugin \"{}\" (of {})", driver, source), place});
    } else if (type == "cluster") {
      result.push_back({"csinode", "", "volumes",
                        fmt::format("a CSI plugin (for the cluster volume {})", source), place});
    }
  }
}

/// The driver of a network by its name: of the one that is there, or that is to be made.
std::string driver_of(const std::string& name, const Judged& judged) {
  if (const auto* live = judged.snapshot.find_network(name)) return live->driver;
  for (const auto& wanted : judged.desired.networks) {
    if (wanted.name == name && !wanted.external) return text_at(wanted.spec, {"Driver"});
  }
  return {};
}

std::vector<Needed> needed_by(const swarm::Spec& spec, const Judged& judged) {
  std::vector<Needed> result;
  of_mounts(object_at(spec.json(), {"TaskTemplate", "ContainerSpec"}), result);
  for (const auto& network : spec.networks()) {
    const auto driver = driver_of(network, judged);
    const bool own = driver.empty() || driver == "overlay" || driver == "host" ||
                     driver == "bridge" || driver == "null";
    if (own) continue;
    result.push_back({"Network", driver, "networks",
                      fmt::format("the network plugin \"{}\" (of {})", driver, network), ""});
  }
  const auto log = text_at(spec.json(), {"TaskTemplate", "LogDriver", "Name"});
  if (!log.empty() && log != "none")
    result.push_back({"Log", log, "logging.driver", fmt::format("the log driver \"{}\"", log), ""});
  return result;
}

void check_needed(const convert::DesiredService& service, const swarm::Spec& spec,
                  const Judged& judged, Diagnostics& problems) {
  const auto nodes = fitting_nodes(spec, judged.nodes);
  if (nodes.empty()) return;  // which check_placement says
  for (const auto& needed : needed_by(spec, judged)) {
    const bool found = std::any_of(nodes.begin(), nodes.end(),
                                   [&](const auto* node) { return has(*node, needed); });
    if (found) continue;
    problems.error(service.place_of(needed.place), path_of(service) + "." + needed.key,
                   fmt::format("no node that fits has {}", needed.why),
                   needed.type == "Log"
                       ? "choose one that the nodes have"
                       : "install it where the service may run: docker plugin install");
  }
}

}  // namespace

void check_plugins(const Judged& judged, Diagnostics& problems) {
  for (const auto& one : judged.drafts.services) {
    if (one.spec.is_global() || one.spec.replicas() > 0)
      check_needed(*one.desired, one.spec, judged, problems);
  }
  for (const auto& one : judged.drafts.one_offs) {
    if (one.due) check_needed(*one.desired, one.spec, judged, problems);
  }
}

}  // namespace skep::plan
