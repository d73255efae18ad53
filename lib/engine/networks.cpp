#include "engine/networks.hpp"

#include "engine/list.hpp"

namespace skep::engine {

std::vector<swarm::Network> list_networks(Transport& engine, const Filters& filters,
                                          std::stop_token stop) {
  return list(engine, "/networks", filters, swarm::parse_network, std::move(stop));
}

std::string create_network(Transport& engine, const Json& body, std::stop_token stop) {
  auto request = body;
  request["CheckDuplicate"] =
      true;  // engines before API 1.44 allow two networks of one name without it
  return created_id(call_json(engine, post("/networks/create", request), std::move(stop)), "Id");
}

void remove_network(Transport& engine, const std::string& id, std::stop_token stop) {
  write(engine, remove("/networks/" + segment(id)), std::move(stop));
}

}  // namespace skep::engine
