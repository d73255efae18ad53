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
  bool operator==(const Subnet&) const = default;
};

/// "10.0.1.0/24", "2001:db8::/32", or an address alone (all its bits count). nullopt when it is
/// neither.
std::optional<Subnet> parse_subnet(const std::string& text);
/// "10.9.0.5/24" → "10.9.0.0/24": the subnet that such an address is in.
Subnet masked(Subnet subnet);
std::string format(const Subnet& subnet);
bool contains(const Subnet& outer, const Subnet& inner);
bool overlap(const Subnet& a, const Subnet& b);

}  // namespace skep::swarm
