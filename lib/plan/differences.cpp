#include "plan/differences.hpp"

#include "base/json_at.hpp"
#include "swarm/canonical.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace skep::plan {
namespace {

// The engine adds it to every overlay network.
constexpr const char* kVxlan = "com.docker.network.driver.overlay.vxlanid_list";

std::map<std::string, std::string> texts_of(const Json& object, const char* name) {
  std::map<std::string, std::string> result;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_object()) return result;
  for (const auto& [key, value] : found->items()) {
    if (value.is_string()) result[key] = value.get<std::string>();
  }
  return result;
}

using Found = std::vector<std::string>;

void compare_maps(const char* what, const std::map<std::string, std::string>& live,
                  const std::map<std::string, std::string>& wanted, Found& found) {
  std::set<std::string> keys;
  for (const auto& [key, value] : live) keys.insert(key);
  for (const auto& [key, value] : wanted) keys.insert(key);
  const auto shown = [](const auto& map, const std::string& key) {
    const auto at = map.find(key);
    return at == map.end() ? std::string("(absent)") : fmt::format("\"{}\"", at->second);
  };
  for (const auto& key : keys) {
    const auto before = shown(live, key);
    const auto after = shown(wanted, key);
    if (before != after) found.push_back(fmt::format("{}[{}] {} → {}", what, key, before, after));
  }
}

void compare_flag(const char* what, bool live, bool wanted, Found& found) {
  if (live != wanted) found.push_back(fmt::format("{} {} → {}", what, live, wanted));
}

/// Only what the file says: the engine chooses the rest.
void compare_pools(const Json& wanted, const swarm::Network& live, Found& found) {
  std::vector<std::string> subnets;
  for (const auto& pool : wanted) {
    const auto subnet = text_at(pool, {"Subnet"});
    if (!subnet.empty()) subnets.push_back(subnet);
    for (const auto& there : live.pools) {
      if (text_at(there, {"Subnet"}) != subnet) continue;
      for (const auto& [key, word] : {std::pair{"Gateway", "gateway"}, {"IPRange", "ip range"}}) {
        const auto before = text_at(there, {key});
        const auto after = text_at(pool, {key});
        if (!after.empty() && before != after)
          found.push_back(fmt::format("{} of {} {} → {}", word, subnet,
                                      before.empty() ? "(absent)" : before, after));
      }
    }
  }
  auto present = live.subnets;
  std::sort(subnets.begin(), subnets.end());
  std::sort(present.begin(), present.end());
  if (!subnets.empty() && subnets != present) {
    found.push_back(
        fmt::format("subnets {} → {}", fmt::join(present, ", "), fmt::join(subnets, ", ")));
  }
}

struct VolumeMount {
  std::string source;
  Json driver;  // DriverConfig
  Json labels;
  bool operator==(const VolumeMount&) const = default;
};

const Json* mounts_of(const swarm::Spec& spec) {
  const auto* mounts = find_at(spec.json(), {"TaskTemplate", "ContainerSpec", "Mounts"});
  return mounts != nullptr && mounts->is_array() && !mounts->empty() ? mounts : nullptr;
}

/// By target, in canonical form.
std::map<std::string, VolumeMount> volumes_of(const swarm::Spec& spec) {
  std::map<std::string, VolumeMount> result;
  if (mounts_of(spec) == nullptr) return result;
  const auto canonical = swarm::canonical(spec);
  const auto* mounts = mounts_of(canonical);
  if (mounts == nullptr) return result;
  for (const auto& mount : *mounts) {
    if (text_at(mount, {"Type"}) != "volume" || text_at(mount, {"Source"}).empty()) continue;
    const auto part = [&](const char* name) {
      const auto* found = find_at(mount, {"VolumeOptions", name});
      return found == nullptr ? Json() : *found;
    };
    result[text_at(mount, {"Target"})] = {text_at(mount, {"Source"}), part("DriverConfig"),
                                          part("Labels")};
  }
  return result;
}

}  // namespace

std::string network_difference(const Json& spec, const swarm::Network& live) {
  Found found;
  const auto driver = text_at(spec, {"Driver"});
  if (!driver.empty() && driver != live.driver)
    found.push_back(fmt::format("driver {} → {}", live.driver, driver));
  compare_flag("attachable", live.attachable, flag_at(spec, {"Attachable"}), found);
  compare_flag("internal", live.internal, flag_at(spec, {"Internal"}), found);
  if (spec.contains("EnableIPv6"))
    compare_flag("ipv6", live.ipv6, flag_at(spec, {"EnableIPv6"}), found);
  auto options = live.options;
  options.erase(kVxlan);
  compare_maps("options", options, texts_of(spec, "Options"), found);
  compare_maps("labels", live.labels, texts_of(spec, "Labels"), found);
  const auto pools = Json::json_pointer("/IPAM/Config");
  if (spec.contains("IPAM") && spec["IPAM"].is_object() && spec.contains(pools) &&
      spec.at(pools).is_array())
    compare_pools(spec.at(pools), live, found);
  return fmt::format("{}", fmt::join(found, ", "));
}

std::vector<std::string> volume_notes(const std::vector<Draft>& services) {
  std::map<std::string, std::string> notes;  // by volume: each is said once
  for (const auto& one : services) {
    if (one.live == nullptr) continue;
    const auto before = volumes_of(one.live->spec);
    if (before.empty()) continue;
    for (const auto& [target, wanted] : volumes_of(one.spec)) {
      const auto live = before.find(target);
      if (live == before.end() || live->second.source != wanted.source || live->second == wanted)
        continue;
      const bool driver = live->second.driver != wanted.driver;
      notes[wanted.source] = fmt::format(
          "volume {}: its {} change in the file, but a node that has the volume keeps it as it is; "
          "which nodes have it cannot be seen from here",
          wanted.source, driver ? "driver options" : "labels");
    }
  }
  std::vector<std::string> result;
  for (auto& [volume, note] : notes) result.push_back(std::move(note));
  return result;
}

}  // namespace skep::plan
