#include "swarm/subnet.hpp"

#include <algorithm>
#include <arpa/inet.h>

namespace skep::swarm {
namespace {

bool same_bits(const Subnet& a, const Subnet& b, std::size_t bits) {
  if (a.width != b.width) return false;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const unsigned mask = 0x80U >> (bit % 8);
    if ((a.bytes.at(bit / 8) & mask) != (b.bytes.at(bit / 8) & mask)) return false;
  }
  return true;
}

}  // namespace

std::optional<Subnet> parse_subnet(const std::string& text) {
  const auto slash = text.find('/');
  const auto address = text.substr(0, slash);
  Subnet subnet;
  if (inet_pton(AF_INET, address.c_str(), subnet.bytes.data()) == 1) {
    subnet.width = 32;
  } else if (inet_pton(AF_INET6, address.c_str(), subnet.bytes.data()) == 1) {
    subnet.width = 128;
  } else {
    return std::nullopt;
  }
  subnet.prefix = subnet.width;
  if (slash == std::string::npos) return subnet;
  const auto digits = text.substr(slash + 1);
  if (digits.empty() || digits.size() > 3 ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  subnet.prefix = std::stoul(digits);
  if (subnet.prefix > subnet.width) return std::nullopt;
  return subnet;
}

Subnet masked(Subnet subnet) {
  for (std::size_t bit = subnet.prefix; bit < subnet.width; ++bit) {
    auto& byte = subnet.bytes.at(bit / 8);
    byte = static_cast<unsigned char>(byte & ~(0x80U >> (bit % 8)));
  }
  return subnet;
}

std::string format(const Subnet& subnet) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(subnet.width == 32 ? AF_INET : AF_INET6, subnet.bytes.data(), text.data(), text.size());
  return std::string(text.data()) + "/" + std::to_string(subnet.prefix);
}

bool contains(const Subnet& outer, const Subnet& inner) {
  return outer.prefix <= inner.prefix && same_bits(outer, inner, outer.prefix);
}

bool overlap(const Subnet& a, const Subnet& b) {
  return same_bits(a, b, std::min(a.prefix, b.prefix));
}

}  // namespace skep::swarm
