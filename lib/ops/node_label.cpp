#include "ops/node_label.hpp"

#include "engine/nodes.hpp"

#include <fmt/format.h>

namespace skep::ops {
namespace {

void apply(swarm::Labels& labels, const std::string& change) {
  const auto equals = change.find('=');
  if (equals != std::string::npos && equals > 0) {
    labels[change.substr(0, equals)] = change.substr(equals + 1);
  } else if (equals == std::string::npos && change.size() > 1 && change.back() == '-') {
    labels.erase(change.substr(0, change.size() - 1));
  } else {
    throw Error(Kind::usage, fmt::format("\"{}\" is no change of a label", change),
                "KEY=VALUE sets one, KEY- removes it");
  }
}

}  // namespace

NodeLabels label_node(deploy::Deps& deps, const NodeLabelOptions& options) {
  swarm::Labels wanted;
  for (const auto& change : options.labels)
    apply(wanted, change);  // all are read before anything is asked
  const auto node = engine::inspect_node(deps.engine(), options.node, deps.stop);
  swarm::Labels labels = node.labels;
  for (const auto& change : options.labels) apply(labels, change);
  if (labels != node.labels) engine::set_node_labels(deps.engine(), node, labels, deps.stop);
  return {node.hostname, labels};
}

}  // namespace skep::ops
