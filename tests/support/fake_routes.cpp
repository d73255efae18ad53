#include "support/fake_routes.hpp"

#include "base/hash.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::test {

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  for (std::size_t at = 1; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    parts.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

FakeFilters::FakeFilters(const Call& call) : wanted_(Json::object()), line_(call.line()) {
  const auto text = call.parameter("filters");
  if (!text.empty()) wanted_ = parse_json(text, "filters");
}

bool FakeFilters::fits(const std::string& key, const Json& value) const {
  return !has(key) ||
         std::find(wanted_[key].begin(), wanted_[key].end(), value) != wanted_[key].end();
}

bool FakeFilters::begins(const std::string& key, const Json& value) const {
  if (!has(key)) return true;
  const auto text = value.get<std::string>();
  return std::any_of(wanted_[key].begin(), wanted_[key].end(), [&](const auto& start) {
    return text.starts_with(start.template get<std::string>());
  });
}

bool FakeFilters::labels(const Json& labels) const {
  if (!has("label")) return true;
  return std::all_of(wanted_["label"].begin(), wanted_["label"].end(), [&](const auto& wanted) {
    const auto text = wanted.template get<std::string>();
    const auto equals = text.find('=');
    const auto key = text.substr(0, equals);
    if (!labels.is_object() || !labels.contains(key)) return false;
    return equals == std::string::npos || labels[key] == text.substr(equals + 1);
  });
}

void FakeFilters::only(const std::vector<std::string>& known) const {
  for (const auto& [key, value] : wanted_.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      throw std::logic_error(
          fmt::format("fake engine: {} does not know the filter {}", line_, key));
    }
  }
}

http::Response FakeSwarm::answer_system(const Call& call) {
  if (call.path == "/_ping") {
    return {.status = 200,
            .headers = {{"Api-Version", api_version},
                        {"Ostype", "linux"},
                        {"Builder-Version", "2"},
                        {"Swarm", manager ? "active/manager" : "inactive"}},
            .body = "OK"};
  }
  if (call.path == "/version")
    return json_answer(
        {{"Version", "28.5.2"}, {"ApiVersion", api_version}, {"MinAPIVersion", "1.24"}});
  if (call.path == "/info") {
    return json_answer(
        {{"ServerVersion", "28.5.2"},
         {"Name", "docker01"},
         {"Swarm",
          {{"ControlAvailable", manager}, {"LocalNodeState", manager ? "active" : "inactive"}}}});
  }
  if (call.path == "/swarm")
    return json_answer({{"ID", "cluster0000000000000000001"}, {"Version", {{"Index", 9}}}});
  if (call.path == "/auth") {
    const auto body = call.json();
    const auto found = protected_.find(body.value("serveraddress", ""));
    if (found == protected_.end())
      return json_answer({{"Status", "Login Succeeded"}, {"IdentityToken", ""}});
    const auto wanted = parse_json(base64_decode(found->second), "planted credentials");
    if (wanted.value("password", "") == body.value("password", "")) {
      return json_answer({{"Status", "Login Succeeded"}, {"IdentityToken", ""}});
    }
    throw Refusal{
        500, fmt::format("login attempt to https://{}/v2/ failed with status: 401 Unauthorized",
                         found->first)};
  }
  if (call.path == "/events")
    return {.status = 200, .headers = {}, .body = "{\"Type\":\"service\",\"Action\":\"update\"}\n"};
  unknown_route(call);
}

http::Response FakeSwarm::answer_nodes(const Call& call) {
  const auto parts = parts_of(call.path);
  if (parts.size() == 1) {
    const FakeFilters filters(call);
    filters.only({"id", "name", "role"});
    Json list = Json::array();
    for (const auto& [id, node] : nodes) {
      if (filters.begins("id", id) && filters.begins("name", node["Description"]["Hostname"]) &&
          filters.fits("role", node["Spec"]["Role"])) {
        list.push_back(node);
      }
    }
    return json_answer(list);
  }
  auto found = std::find_if(nodes.begin(), nodes.end(), [&](const auto& entry) {
    return entry.first == parts[1] || entry.second["Description"]["Hostname"] == parts[1];
  });
  if (found == nodes.end()) throw Refusal{404, fmt::format("node {} not found", parts[1])};
  if (parts.size() == 2 && call.method == "GET") return json_answer(found->second);
  if (parts.size() != 3 || parts[2] != "update" || call.method != "POST") unknown_route(call);
  if (call.parameter("version") !=
      std::to_string(found->second["Version"]["Index"].get<std::uint64_t>())) {
    throw Refusal{500, "rpc error: code = Unknown desc = update out of sequence"};
  }
  const auto spec = call.json();
  if (!spec.contains("Role") || !spec.contains("Availability")) {
    throw Refusal{400,
                  "rpc error: code = InvalidArgument desc = Role and Availability must be set"};
  }
  found->second["Spec"] = spec;
  touch(found->second);
  return empty_answer(200);
}

http::Response FakeSwarm::answer_networks(const Call& call) {
  const auto parts = parts_of(call.path);
  if (call.method == "POST" && call.path == "/networks/create") {
    auto body = call.json();
    const auto name = body["Name"].get<std::string>();
    for (const auto& [id, network] : networks) {
      if (network["Name"] == name)
        throw Refusal{409, fmt::format("network with name {} already exists", name)};
    }
    const auto driver = body.value("Driver", "");
    const auto id = add_network(name, body.value("Labels", std::map<std::string, std::string>{}),
                                "swarm", driver.empty() ? "overlay" : driver);
    for (const auto* key : {"Attachable", "Internal", "IPAM", "Options"}) {
      if (body.contains(key)) networks[id][key] = body[key];
    }
    return json_answer({{"Id", id}, {"Warning", ""}}, 201);
  }
  if (parts.size() == 1) {
    const FakeFilters filters(call);
    filters.only({"name", "label", "scope", "driver"});
    Json list = Json::array();
    for (const auto& [id, network] : networks) {
      if (filters.begins("name", network["Name"]) && filters.labels(network["Labels"]) &&
          filters.fits("scope", network["Scope"])) {
        list.push_back(network);
      }
    }
    return json_answer(list);
  }
  if (const auto hidden = hidden_networks.find(parts[1]);
      hidden != hidden_networks.end() && call.method == "GET")
    return json_answer(hidden->second);
  const auto found = std::find_if(networks.begin(), networks.end(), [&](const auto& entry) {
    return entry.first == parts[1] || entry.second["Name"] == parts[1];
  });
  if (found == networks.end()) throw Refusal{404, fmt::format("network {} not found", parts[1])};
  if (call.method == "GET" && parts.size() == 2) return json_answer(found->second);
  if (call.method != "DELETE" || parts.size() != 2) unknown_route(call);
  for (const auto& [id, service] : tasks_.services) {
    const auto networks_of =
        service.object["Spec"]["TaskTemplate"].value("Networks", Json::array());
    for (const auto& network : networks_of) {
      if (network["Target"] == found->first) {
        throw Refusal{
            400,
            fmt::format(
                "rpc error: code = FailedPrecondition desc = network {} is in use by service {}",
                found->first, id)};
      }
    }
  }
  networks.erase(found);
  return empty_answer(204);
}

}  // namespace skep::test
