#include "engine/nodes.hpp"

#include "engine/list.hpp"
#include "swarm/parse.hpp"

#include <nlohmann/json.hpp>

namespace skep::engine {

std::vector<swarm::Node> list_nodes(Transport& engine, std::stop_token stop) {
  return list(engine, "/nodes", {}, swarm::parse_node, std::move(stop));
}

swarm::Node inspect_node(Transport& engine, const std::string& node, std::stop_token stop) {
  return swarm::parse_node(call_json(engine, get("/nodes/" + segment(node)), std::move(stop)));
}

void set_node_labels(Transport& engine, const swarm::Node& node, const swarm::Labels& labels,
                     std::stop_token stop) {
  auto spec = node.spec;
  spec["Labels"] = labels;
  write(engine, post("/nodes/" + segment(node.id) + "/update", spec, version_of(node)),
        std::move(stop));
}

}  // namespace skep::engine
