// Networks, a service's place on them, and its ports.
#include "base/ascii.hpp"
#include "convert/fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace skep::convert {
namespace {

const stack::Network& network_of(const stack::Stack& stack, const std::string& key,
                                 const stack::Network& none) {
  const auto found = stack.networks.find(key);
  return found == stack.networks.end() ? none : found->second;
}

Json ipam(const stack::Network& network) {
  if (network.ipam_driver.empty() && network.ipam_config.empty() && network.ipam_options.empty())
    return nullptr;
  Json pools = network.ipam_config.empty() ? Json() : Json::array();
  for (const auto& pool : network.ipam_config) {
    Json item = Json::object();
    set_text(item, "Subnet", pool.subnet);
    set_text(item, "Gateway", pool.gateway);
    set_text(item, "IPRange", pool.ip_range);
    pools.push_back(std::move(item));
  }
  return {{"Driver", network.ipam_driver},
          {"Options", network.ipam_options.empty() ? Json() : Json(network.ipam_options)},
          {"Config", std::move(pools)}};
}

}  // namespace

bool user_defined(const std::string& network) {
  constexpr std::array kOfTheEngine = {"default", "bridge", "host", "none"};
  return std::find(kOfTheEngine.begin(), kOfTheEngine.end(), network) == kOfTheEngine.end() &&
         !network.starts_with("container:");
}

Json network(const stack::Network& network, const std::string& name, const Namespace& names) {
  Json body = {{"Name", name},
               {"Driver", network.driver.empty() ? "overlay" : network.driver},
               {"Labels", names.labelled(network.labels)},
               {"Options", network.driver_opts ? Json(*network.driver_opts) : Json()},
               {"IPAM", ipam(network)},
               {"Internal", network.internal},
               {"Attachable", network.attachable},
               {"Ingress", false},
               {"ConfigOnly", false},
               {"ConfigFrom", nullptr},
               {"Scope", ""}};
  if (network.enable_ipv6) body["EnableIPv6"] = *network.enable_ipv6;
  return body;
}

Json attachments(const stack::Service& service, const stack::Stack& stack, const Namespace& names) {
  // docker's own networks have no aliases.
  if (!service.network_mode.empty()) return Json::array({{{"Target", service.network_mode}}});
  auto uses = service.networks;
  if (uses.empty()) uses["default"] = {};
  const stack::Network none;
  std::vector<Json> result;
  for (const auto& [key, use] : uses) {
    Json item = {{"Target", names.scoped(key, network_of(stack, key, none).name)}};
    auto aliases = use.aliases;
    if (user_defined(item.at("Target").get<std::string>())) aliases.push_back(service.name);
    set_filled(item, "Aliases", aliases);
    set_filled(item, "DriverOpts", use.driver_opts);
    result.push_back(std::move(item));
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Json& a, const Json& b) { return a.at("Target") < b.at("Target"); });
  return result;
}

Json endpoint(const stack::Service& service) {
  auto ports = service.ports;
  std::stable_sort(ports.begin(), ports.end(), [](const stack::Port& a, const stack::Port& b) {
    return a.published < b.published;
  });
  Json list = Json::array();
  for (const auto& port : ports) {
    Json item = Json::object();
    set_text(item, "Protocol", port.protocol);
    set_number(item, "TargetPort", port.target);
    set_number(item, "PublishedPort", port.published);
    set_text(item, "PublishMode", port.mode);
    list.push_back(std::move(item));
  }
  Json result = Json::object();
  set_text(result, "Mode", lower(service.deploy.endpoint_mode));
  set_filled(result, "Ports", std::move(list));
  return result;
}

}  // namespace skep::convert
