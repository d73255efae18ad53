#include "plan/names.hpp"

#include "base/hash.hpp"
#include "base/limits.hpp"

namespace skep::plan {
namespace {

std::string with_suffix(const std::string& plain, const std::string& suffix) {
  return plain.substr(0, kMostObjectName - 1 - suffix.size()) + "-" + suffix;
}

}  // namespace

std::string free_name(const std::string& plain, const std::string& seed,
                      const std::set<std::string>& taken) {
  if (plain.size() <= kMostObjectName && !taken.contains(plain)) return plain;
  auto name = with_suffix(plain, seed);
  // Two long names may be cut to the same one; their whole names tell them apart.
  for (int attempt = 0; seed.empty() || taken.contains(name); ++attempt) {
    name =
        with_suffix(plain, seed + sha256_hex(seed + plain + std::to_string(attempt)).substr(0, 8));
    if (!taken.contains(name)) break;
  }
  return name;
}

}  // namespace skep::plan
