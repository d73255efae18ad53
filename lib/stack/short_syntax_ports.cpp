#include "base/ascii.hpp"
#include "stack/short_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <optional>

namespace skep::stack {
namespace {

struct Range {
  int first = 0;
  int last = 0;
  int count() const { return last - first + 1; }
};

std::optional<int> port_number(std::string_view text) {
  int value = 0;
  const auto [rest, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || bad != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  if (value < 0 || value > kHighestPort) return std::nullopt;
  return value;
}

std::optional<Range> range(const std::string& text) {
  const auto dash = text.find('-');
  const auto first = port_number(std::string_view(text).substr(0, dash));
  if (!first) return std::nullopt;
  if (dash == std::string::npos) return Range{*first, *first};
  const auto last = port_number(std::string_view(text).substr(dash + 1));
  if (!last || *last < *first) return std::nullopt;
  return Range{*first, *last};
}

/// Why `range` gave nothing.
std::string no_range(const std::string& text) {
  const auto dash = text.find('-');
  const bool both = dash != std::string::npos && port_number(text.substr(0, dash)) &&
                    port_number(text.substr(dash + 1));
  if (both) return fmt::format("the range {} ends before it begins", text);
  const bool digits = text.find_first_not_of("0123456789-") == std::string::npos;
  return digits ? "ports go from 0 to 65535" : fmt::format("\"{}\" is no number", text);
}

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> out{};
  return inet_pton(AF_INET, text.c_str(), out.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), out.data()) == 1;
}

Parsed<ShortPorts> wrong_ports(const std::string& text, const std::string& what) {
  return {{},
          fmt::format("\"{}\" is no port: {}", text, what),
          "write \"8080\", \"80:8080\", \"80:8080/udp\" or \"9000-9005:9000-9005\""};
}

/// docker's order: by "TARGET/PROTOCOL" as text.
void sort_as_docker(std::vector<Port>& ports) {
  std::stable_sort(ports.begin(), ports.end(), [](const Port& a, const Port& b) {
    return std::to_string(a.target) + "/" + a.protocol <
           std::to_string(b.target) + "/" + b.protocol;
  });
}

Port make_port(int target, int published, const std::string& protocol) {
  return {static_cast<std::uint32_t>(target),
          static_cast<std::uint32_t>(published),
          protocol,
          "ingress",
          {}};
}

/// One Port for each of the container's, beside those that are published.
Parsed<ShortPorts> joined(const std::string& text, const std::string& container,
                          const std::string& published, const std::string& protocol,
                          const std::string& address) {
  const auto targets = range(container);
  if (!targets) return wrong_ports(text, no_range(container));
  ShortPorts result{{}, address};
  if (published.empty()) {
    for (int port = targets->first; port <= targets->last; ++port) {
      result.ports.push_back(make_port(port, 0, protocol));
    }
    sort_as_docker(result.ports);
    return {std::move(result), "", ""};
  }
  const auto outside = range(published);
  if (!outside) return wrong_ports(text, no_range(published));
  if (targets->count() != outside->count() && targets->count() != 1) {
    return wrong_ports(text, "the two ranges are of different length");
  }
  for (int i = 0; i < outside->count(); ++i) {
    const int target = targets->count() == 1 ? targets->first : targets->first + i;
    result.ports.push_back(make_port(target, outside->first + i, protocol));
  }
  sort_as_docker(result.ports);
  return {std::move(result), "", ""};
}

}  // namespace

bool every_address(const std::string& address) {
  return address.empty() || address == "0.0.0.0" || address == "::";
}

Parsed<ShortPorts> parse_ports(const std::string& text) {
  std::string rest = text;
  const auto take_last = [&rest](char separator) {
    const auto at = rest.rfind(separator);
    const std::string part = at == std::string::npos ? rest : rest.substr(at + 1);
    rest = at == std::string::npos ? std::string() : rest.substr(0, at);
    return part;
  };
  std::string container = take_last(':');
  const std::string published = take_last(':');
  std::string address = rest;

  const auto slash = container.find('/');
  std::string protocol = slash == std::string::npos ? "" : container.substr(slash + 1);
  container = container.substr(0, slash);
  if (container.empty()) return wrong_ports(text, "the container's port is missing");
  if (protocol.empty()) protocol = "tcp";
  protocol = lower(std::move(protocol));
  if (protocol != "tcp" && protocol != "udp" && protocol != "sctp") {
    return wrong_ports(text, fmt::format("\"{}\" is none of tcp, udp, sctp", protocol));
  }
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  if (!address.empty() && !is_address(address))
    return wrong_ports(text, fmt::format("\"{}\" is no address", address));

  return joined(text, container, published, protocol, address);
}

}  // namespace skep::stack
