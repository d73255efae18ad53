#pragma once
// /nodes
#include "engine/transport.hpp"
#include "swarm/snapshot.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace skep::engine {

std::vector<swarm::Node> list_nodes(Transport& engine, std::stop_token stop = {});
/// By id or host name. Throws Error{not_found}.
swarm::Node inspect_node(Transport& engine, const std::string& node, std::stop_token stop = {});
/// POST /nodes/ID/update with the node's spec, in which only the labels are new. Throws
/// Error{conflict} when somebody else changed the node since it was read.
void set_node_labels(Transport& engine, const swarm::Node& node, const swarm::Labels& labels,
                     std::stop_token stop = {});

}  // namespace skep::engine
