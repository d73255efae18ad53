#pragma once
// What would make a release fail, before its first change.
#include "base/diagnostics.hpp"
#include "convert/desired.hpp"
#include "plan/judge.hpp"
#include "plan/plan.hpp"
#include "swarm/snapshot.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace skep::plan {

/// Finds everything that would make the release fail and can be known before the first change; all
/// problems at once.
Diagnostics preflight(const Judged& judged);

// Its parts; each adds what it finds to `problems`.

/// What makes a plan impossible: a mode change, a service paused half-way, a taken name.
void check_obstacles(const Judged& judged, Diagnostics& problems);
void check_images(const Judged& judged, Diagnostics& problems);    // new images without a digest
void check_networks(const Judged& judged, Diagnostics& problems);  // external ones, taken names
void check_subnets(const Judged& judged, Diagnostics& problems);   // those that overlap
void check_objects(const Judged& judged,
                   Diagnostics& problems);  // external secrets and configs
/// Settings that protect a service, where an engine would silently drop them.
void check_guards(const Judged& judged, Diagnostics& problems);
void check_nodes(const Judged& judged, Diagnostics& problems);  // host names under `nodes:`
void check_placement(const Judged& judged,
                     Diagnostics& problems);  // a node for every task, a slot for every update
/// Volume, network and log drivers that no node has which the service may run on.
void check_plugins(const Judged& judged, Diagnostics& problems);
/// Published by another service of the swarm: what the engine refuses, and in `on_hosts` what
/// leaves a task without a node, also of two services of this release.
void check_ports(const Judged& judged, Diagnostics& problems, Diagnostics& on_hosts);
void check_gateway(const Judged& judged,
                   Diagnostics& problems);  // traefik routers of other services

/// "services.web"
std::string path_of(const convert::DesiredService& service);
/// Live services that are not in this release: another stack's, or left over in this one.
std::vector<const swarm::Service*> other_services(const Judged& judged);

/// Published ports of a spec.
struct Port {
  std::uint64_t published = 0;
  std::string protocol;
  bool host = false;
};
std::vector<Port> published_ports(const swarm::Spec& spec);

}  // namespace skep::plan
