// Networks, a service's place on them, and its ports.
#include "stack/readers.hpp"
#include "stack/short_syntax.hpp"
#include "swarm/subnet.hpp"

#include <fmt/format.h>

#include <optional>
#include <strings.h>

namespace skep::stack {
namespace {

/// `published` is an integer, or "8080", or a range "8080-8090" of which the engine shall choose:
/// Swarm cannot.
std::uint32_t published(const Cursor& cursor) {
  if (!cursor.filled()) return 0;
  if (cursor.integer())
    return static_cast<std::uint32_t>(cursor.count_to(kHighestPort).value_or(0));
  if (cursor.is_text()) {
    cursor.error(fmt::format("\"{}\" is no port", cursor.text()),
                 "write one from 1 to 65535, for a range the short form");
  }
  return 0;
}

/// The engine takes what it does not know for ingress, and either in any case (moby
/// daemon/cluster/convert/service.go); docker sends what is written.
std::string port_mode(const Cursor& cursor) {
  const std::string written = cursor.text();
  if (written.empty() || cursor.as_docker()) return written;
  for (const char* mode : {"ingress", "host"}) {
    if (::strcasecmp(written.c_str(), mode) == 0) return mode;
  }
  const std::string meant = nearest(written, {"ingress", "host"});
  cursor.warning(
      fmt::format("\"{}\" is none of ingress, host: the engine takes it for ingress", written),
      meant.empty() ? "write ingress or host" : fmt::format("did you mean \"{}\"?", meant));
  return "ingress";
}

Port port(const Cursor& cursor) {
  Port port;
  port.loc = cursor.loc();
  const Cursor target = cursor.at("target");
  if (target.missing()) cursor.error("target is missing", "write the container's port as target");
  port.target = static_cast<std::uint32_t>(target.count_to(kHighestPort).value_or(0));
  port.published = published(cursor.at("published"));
  port.protocol = cursor.at("protocol").text();
  port.mode = port_mode(cursor.at("mode"));
  return port;
}

std::optional<swarm::Subnet> subnet(const Cursor& cursor) {
  if (!cursor.is_text()) return std::nullopt;
  const std::string text = cursor.text();
  const auto found = swarm::parse_subnet(text);
  if (!found || text.find('/') == std::string::npos) {
    cursor.error(fmt::format("\"{}\" is no subnet", text), "write one such as 10.5.0.0/24");
    return std::nullopt;
  }
  if (const auto masked = swarm::masked(*found); masked != *found) {
    const std::string meant = swarm::format(masked);
    cursor.engine_refuses(fmt::format("{} is an address in the subnet {}", text, meant),
                          fmt::format("write {}", meant));
  }
  return found;
}

/// moby daemon/network.go, validateIpamConfig. docker sends neither gateway nor ip_range.
Network::Pool pool(const Cursor& cursor) {
  Network::Pool pool{cursor.at("subnet").text(), cursor.at("gateway").text(),
                     cursor.at("ip_range").text()};
  const auto whole = subnet(cursor.at("subnet"));
  const auto part = subnet(cursor.at("ip_range"));
  if (!whole || cursor.as_docker()) return pool;
  const auto inside = [&](const char* key, const std::optional<swarm::Subnet>& one) {
    if (!one || swarm::contains(*whole, *one)) return;
    cursor.at(key).engine_refuses(
        fmt::format("{} is not in the subnet {}", cursor.at(key).text(), pool.subnet),
        "write one that is, or remove it");
  };
  inside("ip_range", part);
  if (!pool.gateway.empty()) {
    const auto gateway = swarm::parse_subnet(pool.gateway);
    if (gateway && pool.gateway.find('/') == std::string::npos) {
      inside("gateway", gateway);
    } else {
      cursor.at("gateway").engine_refuses(fmt::format("\"{}\" is no IP address", pool.gateway),
                                          "write one such as 10.5.0.1");
    }
  }
  return pool;
}

}  // namespace

std::map<std::string, NetworkUse> network_uses(const Cursor& service) {
  const Cursor cursor = service.at("networks");
  std::map<std::string, NetworkUse> result;
  for (const auto& item : cursor.items()) {
    if (item.is_text()) result[item.text()].loc = item.loc();
  }
  for (const auto& [name, use] : cursor.entries()) {
    NetworkUse& one = result[name];
    one = {use.at("aliases").texts(), use.at("driver_opts").pairs(), use.key_loc()};
    // moby daemon/libnetwork/netlabel; Swarm hands the options on.
    if (const Cursor interface = use.at("interface_name"); interface.is_text())
      one.driver_opts.emplace("com.docker.network.endpoint.ifname", interface.text());
  }
  return result;
}

std::string network_mode(const Cursor& service) {
  const Cursor cursor = service.at("network_mode");
  const std::string mode = cursor.text();
  if (service.as_docker() || mode.empty() || mode == "default") return "";
  const bool other = service.at("networks").filled();
  if (!other && (mode == "host" || mode == "bridge")) return mode;
  if (other) {
    cursor.impossible_value("the service's networks count; keep one of the two");
  } else if (mode == "none") {
    cursor.impossible_value("a service has a network; give it one of its own with internal: true");
  } else if (mode.starts_with("service:") || mode.starts_with("container:")) {
    cursor.impossible_value("tasks share no network of one another; put both on one network");
  } else {
    cursor.impossible_value(fmt::format("write networks: [{}]", mode));
  }
  return "";
}

std::vector<Port> ports(const Cursor& service) {
  std::vector<Port> result;
  for (const auto& item : service.at("ports").items()) {
    if (const Cursor several = item.in(LongForm::ports); several.is_list() && !item.is_list()) {
      for (const auto& one : several.items()) result.push_back(port(one));
    } else if (item.is_map()) {
      result.push_back(port(item));
    } else if (item.filled() && !item.is_list()) {
      const auto none = parse_ports(item.scalar());
      item.error(none.error, none.hint);
    }
    if (result.size() > kMostPorts) {
      item.error(fmt::format("the service has more than {} ports", kMostPorts));
      break;
    }
  }
  return result;
}

std::map<std::string, Network> networks(const Cursor& section) {
  std::map<std::string, Network> result;
  for (const auto& [key, cursor] : section.entries()) {
    Network network;
    const External where = external(key, cursor);
    network.external = where.external;
    network.name = where.name;
    network.driver = cursor.at("driver").text();
    network.driver_loc = cursor.at("driver").loc();
    if (cursor.at("driver_opts").is_map()) network.driver_opts = cursor.at("driver_opts").pairs();
    network.internal = cursor.at("internal").boolean();
    network.attachable = cursor.at("attachable").boolean();
    network.enable_ipv6 = cursor.at("enable_ipv6").boolean_if_there();
    network.labels = cursor.at("labels").pairs();
    network.ipam_driver = cursor.at("ipam").at("driver").text();
    network.ipam_options = cursor.at("ipam").at("options").pairs();
    for (const auto& item : cursor.at("ipam").at("config").items())
      network.ipam_config.push_back(pool(item));
    network.loc = cursor.key_loc();
    result.emplace(key, std::move(network));
  }
  return result;
}

}  // namespace skep::stack
