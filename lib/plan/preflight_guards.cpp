// An engine drops what it does not know, without a word. Of what protects a service that is not let
// happen: neither a manager that would store the spec without it, nor a node that would run tasks
// so.
#include "plan/preflight.hpp"
#include "swarm/canonical.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::plan {
namespace {

/// "docker02 has 20.10.24, docker03 has 24.0.2"
std::string too_old(const swarm::Spec& spec, unsigned since,
                    const std::vector<swarm::Node>& nodes) {
  std::vector<std::string> result;
  for (const auto& node : nodes) {
    const bool matters = node.role == swarm::Role::manager || node_fits(node, spec);
    if (matters && node.engine_release() < since)
      result.push_back(fmt::format("{} has {}", node.hostname, node.engine_version));
  }
  std::sort(result.begin(), result.end());
  return fmt::format("{}", fmt::join(result, ", "));
}

/// `there`: what protects the live service already.
void check(const convert::DesiredService& service, const std::vector<swarm::Guard>& there,
           const Judged& judged, Diagnostics& problems) {
  for (const auto& guard : swarm::guards(service.spec)) {
    if (std::find(there.begin(), there.end(), guard) != there.end()) continue;
    const auto nodes = too_old(service.spec, guard.since, judged.nodes);
    if (nodes.empty()) continue;
    problems.error(service.loc, path_of(service) + ".security_opt",
                   fmt::format("{} works from Engine {} on, and {}: tasks would run without it",
                               guard.path, guard.since, nodes),
                   "upgrade these engines, keep the service away from such workers by a placement "
                   "constraint, or remove the option");
  }
}

}  // namespace

void check_guards(const Judged& judged, Diagnostics& problems) {
  for (const auto& one : judged.drafts.services) {
    const bool stays = one.live != nullptr && !one.write;
    const auto there = stays ? swarm::guards(one.live->spec) : std::vector<swarm::Guard>{};
    check(*one.desired, there, judged, problems);
  }
  for (const auto& one : judged.drafts.one_offs) {
    if (one.due) check(*one.desired, {}, judged, problems);
  }
}

}  // namespace skep::plan
