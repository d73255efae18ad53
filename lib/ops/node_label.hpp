#pragma once
// `skep node label`.
#include "deploy/deps.hpp"
#include "swarm/snapshot.hpp"

#include <string>
#include <vector>

namespace skep::ops {

struct NodeLabelOptions {
  std::string node;                 // host name or id
  std::vector<std::string> labels;  // KEY=VALUE sets, KEY- removes
};
struct NodeLabels {
  std::string node;  // host name
  swarm::Labels labels;
  bool operator==(const NodeLabels&) const = default;
};
/// The labels that the node has then. Throws Error{usage, not_found}.
NodeLabels label_node(deploy::Deps& deps, const NodeLabelOptions& options);

}  // namespace skep::ops
