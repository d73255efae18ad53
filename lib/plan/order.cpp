#include "plan/order.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace skep::plan {
namespace {

using Services = std::vector<convert::DesiredService>;

/// The level of a service whose dependencies all have one.
std::optional<std::size_t> level_of(const convert::DesiredService& service,
                                    const std::set<std::string>& keys,
                                    const std::map<std::string, std::size_t>& known) {
  std::size_t level = 0;
  for (const auto& other : service.depends_on) {
    if (!keys.contains(other)) continue;
    const auto found = known.find(other);
    if (found == known.end()) return std::nullopt;
    level = std::max(level, found->second + 1);
  }
  return level;
}

}  // namespace

std::map<std::string, std::size_t> levels(const Services& services) {
  std::set<std::string> keys;
  for (const auto& service : services) keys.insert(service.key);
  std::map<std::string, std::size_t> known;
  for (bool grows = true; grows;) {
    grows = false;
    for (const auto& service : services) {
      if (known.contains(service.key)) continue;
      const auto level = level_of(service, keys, known);
      if (!level) continue;
      known[service.key] = *level;
      grows = true;
    }
  }
  return known;
}

}  // namespace skep::plan
