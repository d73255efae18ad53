// A node for every task, a free slot for every update, a host port once a node.
#include "base/plural.hpp"
#include "plan/preflight.hpp"
#include "swarm/constraint.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::plan {
namespace {

using Nodes = std::vector<const swarm::Node*>;

bool publishes_on_host(const swarm::Spec& spec) {
  const auto ports = published_ports(spec);
  return std::any_of(ports.begin(), ports.end(),
                     [](const Port& port) { return port.host && port.published != 0; });
}

/// Nodes that would fit, but for their state: "docker02 (down), docker03 (drain)".
std::string unready(const swarm::Spec& spec, const std::vector<swarm::Node>& nodes) {
  std::vector<std::string> result;
  for (const auto& node : nodes) {
    if (!node_fits(node, spec)) continue;
    result.push_back(fmt::format(
        "{} ({})", node.hostname,
        node.state == swarm::NodeState::ready ? node.availability.text() : node.state.text()));
  }
  return fmt::format("{}", fmt::join(result, ", "));
}

std::string label_hint(const std::vector<std::string>& constraints) {
  for (const auto& constraint : constraints) {
    const auto split = constraint.find("==");
    if (!constraint.starts_with("node.labels.") || split == std::string::npos) continue;
    auto key = constraint.substr(12, split - 12);
    key.erase(key.find_last_not_of(' ') + 1);
    auto value = constraint.substr(split + 2);
    value.erase(0, value.find_first_not_of(' '));
    return fmt::format("label one: `skep node label NODE {}={}`, or `nodes:` in skep.yml", key,
                       value);
  }
  return "change the placement, or add such a node";
}

/// The constraint that no node satisfies, or the first one where each alone is satisfied.
std::string hardest(const std::vector<std::string>& constraints, swarm::Spec spec,
                    const std::vector<swarm::Node>& nodes) {
  for (const auto& constraint : constraints) {
    spec.json()["TaskTemplate"]["Placement"]["Constraints"] = Json::array({constraint});
    const bool satisfied = std::any_of(nodes.begin(), nodes.end(),
                                       [&](const auto& node) { return node_fits(node, spec); });
    if (!satisfied) return constraint;
  }
  return constraints.front();
}

/// Where no node fits: the reason that is worth most.
void report_no_node(const convert::DesiredService& service, const swarm::Spec& spec,
                    const Judged& judged, Diagnostics& problems) {
  const auto path = path_of(service) + ".deploy.placement";
  const auto constraints = spec.constraints();
  if (const auto others = unready(spec, judged.nodes); !others.empty()) {
    problems.error(service.loc, path, fmt::format("no node that fits is ready: {}", others),
                   "bring a node up, or set its availability to active");
    return;
  }
  swarm::Spec anywhere = spec;
  if (anywhere.json()["TaskTemplate"].contains("Placement")) {
    anywhere.json()["TaskTemplate"]["Placement"].erase("Platforms");
  }
  if (!fitting_nodes(anywhere, judged.nodes).empty()) {
    problems.error(service.image_loc, path_of(service) + ".platform",
                   fmt::format("no node that fits runs the platform of image \"{}\"", spec.image()),
                   "build the image for the nodes' platform");
    return;
  }
  if (constraints.empty()) {
    problems.error(service.loc, path, "the swarm has no node at all",
                   "join a node, or look at `skep doctor`");
    return;
  }
  problems.error(service.place_of(hardest(constraints, anywhere, judged.nodes)), path,
                 fmt::format("no node satisfies \"{}\"", fmt::join(constraints, "\" and \"")),
                 label_hint(constraints));
}

/// Reading the file has said what is none.
bool are_constraints(const swarm::Spec& spec) {
  const auto constraints = spec.constraints();
  return std::all_of(constraints.begin(), constraints.end(), [](const auto& constraint) {
    return swarm::wrong_with_constraint(constraint).empty();
  });
}

/// The most tasks that can stand at once; nullopt: no limit.
std::optional<std::uint64_t> most_tasks(const swarm::Spec& spec, const Nodes& nodes) {
  if (publishes_on_host(spec) || spec.is_global()) return nodes.size();
  if (spec.max_replicas_per_node() > 0) return spec.max_replicas_per_node() * nodes.size();
  return std::nullopt;
}

std::string limit_of(const swarm::Spec& spec, const Nodes& nodes) {
  const auto count =
      fmt::format("{} that fit{}", plural(nodes.size(), "node"), nodes.size() == 1 ? "s" : "");
  if (publishes_on_host(spec))
    return fmt::format("it publishes a port on the host, and there is room on {}", count);
  return fmt::format("at most {} may run on each of {}", spec.max_replicas_per_node(), count);
}

void check_slots(const Draft& one, const Nodes& nodes, Diagnostics& problems) {
  const auto& service = *one.desired;
  const auto most = most_tasks(one.spec, nodes);
  if (!most) return;
  const auto wanted = one.spec.is_global() ? std::uint64_t{nodes.size()} : one.spec.replicas();
  if (wanted > *most) {
    problems.error(
        service.place_of("deploy.replicas"), path_of(service) + ".deploy.replicas",
        fmt::format("{} replicas cannot all be placed: {}", wanted, limit_of(one.spec, nodes)),
        "lower the replicas, or add nodes that fit");
    return;
  }
  // moby#40797: the new task waits for a slot that the old one holds until the new one runs.
  const bool limited = publishes_on_host(one.spec) ||
                       (!one.spec.is_global() && one.spec.max_replicas_per_node() > 0);
  if (one.spec.update_order() != "start-first" || !limited || wanted < *most || wanted == 0) return;
  const auto message =
      fmt::format("an update with order start-first can never begin: {}, and all are taken",
                  limit_of(one.spec, nodes));
  const char* hint = "use `order: stop-first`, fewer replicas, or one more node that fits";
  const auto path = path_of(service) + ".deploy.update_config.order";
  const auto& place = service.place_of("deploy.update_config");
  if (one.live != nullptr && one.restarts) {
    problems.error(place, path, message, hint);
  } else {
    problems.warning(place, path, message, hint);
  }
}

}  // namespace

void check_placement(const Judged& judged, Diagnostics& problems) {
  const auto say_dropped = [&](const auto& one) {
    for (const auto& field : one.dropped) {
      problems.warning(one.desired->loc, path_of(*one.desired), field + ", and is left out",
                       "upgrade the swarm's managers, or remove it");
    }
  };
  for (const auto& one : judged.drafts.services) {
    say_dropped(one);
    if (!are_constraints(one.spec)) continue;
    if (!one.spec.is_global() && one.spec.replicas() == 0) continue;
    const auto nodes = fitting_nodes(one.spec, judged.nodes);
    if (nodes.empty()) {
      report_no_node(*one.desired, one.spec, judged, problems);
    } else {
      check_slots(one, nodes, problems);
    }
  }
  for (const auto& one : judged.drafts.one_offs) {
    say_dropped(one);
    if (!one.due || !are_constraints(one.spec)) continue;
    if (fitting_nodes(one.spec, judged.nodes).empty())
      report_no_node(*one.desired, one.spec, judged, problems);
  }
}

}  // namespace skep::plan
