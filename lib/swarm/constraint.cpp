// Placement constraints as swarmkit reads them (manager/constraint/constraint.go).
#include "swarm/constraint.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "swarm/snapshot.hpp"
#include "swarm/subnet.hpp"

#include <algorithm>
#include <arpa/inet.h>
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

Constraint split(const std::string& text) {
  const bool equal = text.find("==") != std::string::npos;
  const auto at = equal ? text.find("==") : text.find("!=");
  if (at == std::string::npos) return {};
  return {std::string(trimmed(std::string_view(text).substr(0, at))), equal,
          std::string(trimmed(std::string_view(text).substr(at + 2)))};
}

/// An address or a subnet; a malformed one matches no node, with either operator.
bool address_satisfies(const Constraint& constraint, const std::string& node_address) {
  const auto subnet = parse_subnet(constraint.value);
  if (!subnet) return false;
  const auto node = parse_subnet(node_address);
  const bool inside = node.has_value() && contains(*subnet, *node);
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
  if (same_text(key, "node.role")) return node.role.text();
  if (same_text(key, "node.platform.os")) return node.os;
  if (same_text(key, "node.platform.arch")) return node.architecture;
  if (starts_with(key, kNodeLabels)) return label(node.labels, key.substr(kNodeLabels.size()));
  if (starts_with(key, kEngineLabels))
    return label(node.engine_labels, key.substr(kEngineLabels.size()));
  return std::nullopt;
}

}  // namespace

std::string wrong_with_constraint(const std::string& constraint) {
  if (constraint.find("==") == std::string::npos && constraint.find("!=") == std::string::npos) {
    return "it has neither == nor !=";
  }
  const auto parsed = split(constraint);
  const bool letter_first = !parsed.key.empty() && only(parsed.key.substr(0, 1), "_") &&
                            (parsed.key[0] < '0' || parsed.key[0] > '9');
  if (parsed.key.size() < 2 || !letter_first || !only(parsed.key, "-_.")) {
    return "the key \"" + parsed.key + "\" is not valid";
  }
  if (parsed.value.empty() || !only(parsed.value, ":-_ \t.*()?+[]\\^$|/")) {
    return "the value \"" + parsed.value + "\" is not valid";
  }
  return {};
}

bool satisfies(const Node& node, const std::string& constraint) {
  if (const auto wrong = wrong_with_constraint(constraint); !wrong.empty()) {
    throw Error(Kind::input, "\"" + constraint + "\" is not a placement constraint: " + wrong,
                kConstraintHint);
  }
  const auto parsed = split(constraint);
  if (same_text(parsed.key, "node.ip")) return address_satisfies(parsed, node.address);
  const auto value = value_of(node, parsed.key);
  return value.has_value() && same_text(*value, parsed.value) == parsed.equal;
}

}  // namespace skep::swarm
