#pragma once
// The parts of preflight(). Each adds what it finds to `problems`.
#include "base/diagnostics.hpp"
#include "plan/draft.hpp"
#include "plan/plan.hpp"

namespace skep::plan {

struct Checked {
  const convert::Desired& desired;
  const swarm::Snapshot& snapshot;
  const Choices& choices;
  const Drafts& drafts;
  const std::vector<swarm::Node>& nodes;  // with the labels that they will have
};

/// What makes a plan impossible: a mode change, a service paused half-way, a circle of depends_on,
/// a taken name.
void check_obstacles(const Checked& checked, Diagnostics& problems);
void check_images(const Checked& checked, Diagnostics& problems);    // new images without a digest
void check_networks(const Checked& checked, Diagnostics& problems);  // external ones, taken names
void check_subnets(const Checked& checked, Diagnostics& problems);   // those that overlap
void check_objects(const Checked& checked,
                   Diagnostics& problems);  // external secrets and configs, sizes
/// Settings that protect a service, where an engine would silently drop them.
void check_guards(const Checked& checked, Diagnostics& problems);
void check_nodes(const Checked& checked, Diagnostics& problems);  // host names under `nodes:`
void check_placement(const Checked& checked,
                     Diagnostics& problems);  // a node for every task, a slot for every update
/// Volume, network and log drivers that no node has which the service may run on.
void check_plugins(const Checked& checked, Diagnostics& problems);
/// Ports published twice: in the mesh, which the engine refuses, and on hosts, which leaves a task
/// without a node.
void check_ports(const Checked& checked, Diagnostics& problems, Diagnostics& on_hosts);
void check_gateway(const Checked& checked,
                   Diagnostics& problems);  // traefik routers of other services

/// "services.web"
std::string path_of(const convert::DesiredService& service);
/// Live services that are not in this release: another stack's, or left over in this one.
std::vector<const swarm::Service*> other_services(const Checked& checked);

/// Published ports of a spec.
struct Port {
  std::uint64_t published = 0;
  std::string protocol;
  bool host = false;
};
std::vector<Port> published_ports(const swarm::Spec& spec);

}  // namespace skep::plan
