#pragma once
// IP addresses and subnets, IPv4 and IPv6: for placement by address, and for networks that must not
// overlap.
#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace skep::swarm {

struct Subnet {
  std::array<unsigned char, 16> bytes{};
  std::size_t width = 0;   // bits of an address: 32 or 128
  std::size_t prefix = 0;  // bits that count
};

/// "10.0.1.0/24", "2001:db8::/32", or an address alone (all its bits count). nullopt when it is
/// neither.
std::optional<Subnet> parse_subnet(const std::string& text);
bool contains(const Subnet& outer, const Subnet& inner);
bool overlap(const Subnet& a, const Subnet& b);

}  // namespace skep::swarm
