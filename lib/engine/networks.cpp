#include "engine/networks.hpp"

#include "engine/list.hpp"
#include "engine/system.hpp"
#include "swarm/parse.hpp"

#include <nlohmann/json.hpp>

namespace skep::engine {

std::vector<swarm::Network> list_networks(Transport& engine, const Filters& filters,
                                          std::stop_token stop) {
  return list(engine, "/networks", filters, swarm::parse_network, std::move(stop));
}

swarm::Names with_docker_networks(Transport& engine, const Json& services, swarm::Names names,
                                  std::stop_token stop) {
  if (names.network_name_by_id.empty()) return names;
  const auto pointer = Json::json_pointer("/Spec/TaskTemplate/Networks");
  for (const auto& service : services) {
    if (!service.contains(pointer)) continue;
    for (const auto& network : service[pointer]) {
      const auto target = text_of(network, "Target");
      if (target.empty() || names.network_name_by_id.contains(target) ||
          names.network_id_by_name.contains(target))
        continue;
      const auto request = get("/networks/" + segment(target));
      auto answer = engine.send(request, {}, stop);
      if (answer.status == 404) continue;  // removed, and the service not yet
      const auto found = parse_json(require(std::move(answer), request).body, name_of(request));
      names.network_name_by_id[target] = text_of(found, "Name");
    }
  }
  return names;
}

std::string create_network(Transport& engine, const Json& body, std::stop_token stop) {
  constexpr int kNeverTwice = 44;  // from there on the engine refuses a second one of the name
  auto request = body;
  if (api_minor(ping(engine, stop).api_version).value_or(kNeverTwice) < kNeverTwice)
    request["CheckDuplicate"] = true;
  return created_id(call_json(engine, post("/networks/create", request), std::move(stop)), "Id");
}

void remove_network(Transport& engine, const std::string& id, std::stop_token stop) {
  write(engine, remove("/networks/" + segment(id)), std::move(stop));
}

}  // namespace skep::engine
