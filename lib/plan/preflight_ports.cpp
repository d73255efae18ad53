// Ports that another service publishes. An ingress port is taken on every node; a host port once a
// node. What the file alone shows, lib/stack says.
#include "base/json_at.hpp"
#include "plan/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <strings.h>

namespace skep::plan {
namespace {

/// One service that publishes ports: one of this release, or another live one.
struct Publisher {
  std::string name;
  const swarm::Spec* spec = nullptr;
  const Draft* draft = nullptr;  // nullptr: not of this release
  std::vector<Port> ports;
  std::set<std::string> nodes;  // ids of nodes that fit
  std::size_t tasks = 0;        // how many of them it takes for a host port
};

Publisher publisher(const std::string& name, const swarm::Spec& spec, const Draft* draft,
                    const std::vector<swarm::Node>& nodes) {
  Publisher result{name, &spec, draft, published_ports(spec), {}, 0};
  for (const auto* node : fitting_nodes(spec, nodes)) result.nodes.insert(node->id);
  result.tasks = spec.is_global() ? result.nodes.size()
                                  : std::min<std::size_t>(spec.replicas(), result.nodes.size());
  return result;
}

/// Two host ports go together while there is a node for every task of both.
bool share_nodes(const Publisher& a, const Publisher& b) {
  auto all = a.nodes;
  all.insert(b.nodes.begin(), b.nodes.end());
  return a.tasks + b.tasks > all.size();
}

bool clash(const Publisher& a, const Port& port, const Publisher& b, const Port& other) {
  if (port.published == 0 || port.published != other.published || port.protocol != other.protocol)
    return false;
  return !port.host || !other.host || share_nodes(a, b);
}

void report(const Publisher& mine, const Port& port, const Publisher& other,
            Diagnostics& problems) {
  const auto& service = *mine.draft->desired;
  problems.error(
      service.place_of(fmt::format("{}/{}", port.published, port.protocol)),
      path_of(service) + ".ports",
      fmt::format("port {}/{} is already published by service \"{}\"{}", port.published,
                  port.protocol, other.name, port.host ? ", and no node is left for both" : ""),
      "publish another port, or none: a gateway reaches services over their network");
}

}  // namespace

std::vector<Port> published_ports(const swarm::Spec& spec) {
  std::vector<Port> result;
  const auto pointer = Json::json_pointer("/EndpointSpec/Ports");
  if (!spec.json().contains(pointer) || !spec.json().at(pointer).is_array()) return result;
  for (const auto& item : spec.json().at(pointer)) {
    Port port;
    port.published = count_at(item, {"PublishedPort"});
    port.protocol = text_at(item, {"Protocol"}, "tcp");
    // The engine takes it in any case, and what it does not know for ingress.
    const std::string mode = text_at(item, {"PublishMode"}, "ingress");
    port.host = ::strcasecmp(mode.c_str(), "host") == 0;
    result.push_back(std::move(port));
  }
  return result;
}

void check_ports(const Judged& judged, Diagnostics& problems, Diagnostics& on_hosts) {
  std::vector<Publisher> mine;
  for (const auto& one : judged.drafts.services) {
    mine.push_back(publisher(one.desired->name, one.spec, &one, judged.nodes));
  }
  std::vector<Publisher> others;
  for (const auto* service : other_services(judged)) {
    others.push_back(publisher(service->name, service->spec, nullptr, judged.nodes));
  }
  for (std::size_t i = 0; i < mine.size(); ++i) {
    for (const auto& port : mine[i].ports) {
      const auto against = [&](const Publisher& other) {
        for (const auto& theirs : other.ports) {
          if (!clash(mine[i], port, other, theirs)) continue;
          report(mine[i], port, other, port.host && theirs.host ? on_hosts : problems);
          return;
        }
      };
      for (const auto& other : others) against(other);
      for (std::size_t j = 0; j < i; ++j) against(mine[j]);
    }
  }
}

}  // namespace skep::plan
