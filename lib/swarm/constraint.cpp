// Placement constraints as swarmkit reads them (manager/constraint/constraint.go).
#include "base/error.hpp"
#include "swarm/snapshot.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace skep::swarm {
namespace {

struct Constraint {
  std::string key;
  bool equal = true;
  std::string value;
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_text(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool starts_with(std::string_view text, std::string_view start) {
  return text.size() > start.size() && same_text(text.substr(0, start.size()), start);
}

bool only(std::string_view text, std::string_view allowed) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const char l = lower(c);
    return (l >= 'a' && l <= 'z') || (l >= '0' && l <= '9') ||
           allowed.find(c) != std::string_view::npos;
  });
}

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\n\r");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\n\r") - begin + 1));
}

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw Error(Kind::input, "\"" + text + "\" is not a placement constraint: " + why,
              "write it as \"node.labels.usage == apps\"");
}

Constraint parse_constraint(const std::string& text) {
  const bool equal = text.find("==") != std::string::npos;
  const auto split = equal ? text.find("==") : text.find("!=");
  if (split == std::string::npos) refuse(text, "it has neither == nor !=");
  Constraint result{trimmed(std::string_view(text).substr(0, split)), equal,
                    trimmed(std::string_view(text).substr(split + 2))};
  const bool letter_first = !result.key.empty() && only(result.key.substr(0, 1), "_") &&
                            (result.key[0] < '0' || result.key[0] > '9');
  if (result.key.size() < 2 || !letter_first || !only(result.key, "-_.")) {
    refuse(text, "the key \"" + result.key + "\" is not valid");
  }
  if (result.value.empty() || !only(result.value, ":-_ \t.*()?+[]\\^$|/")) {
    refuse(text, "the value \"" + result.value + "\" is not valid");
  }
  return result;
}

struct Address {
  std::array<unsigned char, 16> bytes{};
  std::size_t bits = 0;
};

std::optional<Address> parse_address(const std::string& text) {
  Address address;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
    address.bits = 32;
  } else if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) {
    address.bits = 128;
  } else {
    return std::nullopt;
  }
  return address;
}

bool same_prefix(const Address& a, const Address& b, std::size_t bits) {
  if (a.bits != b.bits) return false;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const unsigned mask = 0x80U >> (bit % 8);
    if ((a.bytes.at(bit / 8) & mask) != (b.bytes.at(bit / 8) & mask)) return false;
  }
  return true;
}

/// An address or a subnet; a malformed one matches no node, with either operator.
bool address_satisfies(const Constraint& constraint, const std::string& node_address) {
  const auto node = parse_address(node_address);
  const auto slash = constraint.value.find('/');
  const auto base = parse_address(constraint.value.substr(0, slash));
  if (!base) return false;
  auto bits = base->bits;
  if (slash != std::string::npos) {
    const auto digits = constraint.value.substr(slash + 1);
    if (digits.empty() || digits.size() > 3 ||
        digits.find_first_not_of("0123456789") != std::string::npos) {
      return false;
    }
    bits = std::stoul(digits);
    if (bits > base->bits) return false;
  }
  const bool inside = node.has_value() && same_prefix(*node, *base, bits);
  return inside == constraint.equal;
}

/// The node's value for a key; nullopt: no such key, then no node fits.
std::optional<std::string> value_of(const Node& node, const std::string& key) {
  constexpr std::string_view kNodeLabels = "node.labels.";
  constexpr std::string_view kEngineLabels = "engine.labels.";
  const auto label = [](const Labels& labels, const std::string& name) {
    const auto found = labels.find(name);  // a label's own name counts case
    return found == labels.end() ? std::string() : found->second;
  };
  if (same_text(key, "node.id")) return node.id;
  if (same_text(key, "node.hostname")) return node.hostname;
  if (same_text(key, "node.role")) return node.role;
  if (same_text(key, "node.platform.os")) return node.os;
  if (same_text(key, "node.platform.arch")) return node.architecture;
  if (starts_with(key, kNodeLabels)) return label(node.labels, key.substr(kNodeLabels.size()));
  if (starts_with(key, kEngineLabels))
    return label(node.engine_labels, key.substr(kEngineLabels.size()));
  return std::nullopt;
}

}  // namespace

bool satisfies(const Node& node, const std::string& constraint) {
  const auto parsed = parse_constraint(constraint);
  if (same_text(parsed.key, "node.ip")) return address_satisfies(parsed, node.address);
  const auto value = value_of(node, parsed.key);
  return value.has_value() && same_text(*value, parsed.value) == parsed.equal;
}

}  // namespace skep::swarm
