#include "stack/profiles.hpp"

#include "stack/short_syntax.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace skep::stack {
namespace {

using yaml::Node;

constexpr std::array kUsable = {"networks", "volumes", "secrets", "configs"};

using NamesOf = std::map<std::string, std::set<std::string>, std::less<>>;  // by section

std::string text_below(const Node& map, std::string_view key) {
  const Node* found = map.find(key);
  return found == nullptr ? "" : found->text();
}

std::string volume_of(const Node& mount) {
  if (mount.is_map()) {
    const std::string type = text_below(mount, "type");
    return type.empty() || type == "volume" ? text_below(mount, "source") : "";
  }
  const auto parsed = parse_mount(mount.text()).value.mount;
  return parsed.type == "volume" ? parsed.source : "";
}

/// What a service uses of the top level.
void add_used(const Node& service, NamesOf& used) {
  for (const char* section : {"secrets", "configs"}) {
    const Node* list = service.find(section);
    if (list == nullptr) continue;
    for (const auto& item : list->items())
      used[section].insert(item.is_map() ? text_below(item, "source") : item.text());
  }
  if (const Node* spec = service.find("credential_spec"); spec != nullptr)
    used["configs"].insert(text_below(*spec, "config"));
  if (const Node* networks = service.find("networks"); networks != nullptr) {
    for (const auto& item : networks->items()) used["networks"].insert(item.text());
    for (const auto& entry : networks->entries()) used["networks"].insert(entry.key);
  }
  if (const Node* volumes = service.find("volumes"); volumes != nullptr) {
    for (const auto& item : volumes->items()) used["volumes"].insert(volume_of(item));
  }
}

/// The places of keys and values.
void add_places(const Node& node, std::set<SourceLoc>& places) {
  places.insert(node.loc());
  for (const auto& item : node.items()) add_places(item, places);
  for (const auto& entry : node.entries()) {
    places.insert(entry.key_loc());
    add_places(entry.value, places);
  }
}

/// What was found in parts of the files that are gone.
class Silence {
 public:
  Silence(std::vector<std::string> gone, const Node& root) : gone_(std::move(gone)) {
    for (const char* section : {"services", "networks", "volumes", "secrets", "configs"}) {
      if (const Node* rest = root.find(section); rest != nullptr) add_places(*rest, stays_);
    }
  }

  void over(Diagnostics& problems) const {
    problems.erase_if([&](const Diagnostic& one) { return covers(one.path, one.loc); });
  }
  void over(std::vector<LeftOut>& all) const {
    const auto covered = [&](const LeftOut& one) { return covers(one.owner, one.loc); };
    all.erase(std::remove_if(all.begin(), all.end(), covered), all.end());
  }

 private:
  /// What another service has from there (an anchor, `extends`) is still said.
  bool covers(const std::string& path, const SourceLoc& loc) const {
    const auto below = [&](const std::string& gone) {
      if (!path.starts_with(gone)) return false;
      return path.size() == gone.size() || path[gone.size()] == '.' || path[gone.size()] == '[';
    };
    return std::any_of(gone_.begin(), gone_.end(), below) && !stays_.contains(loc);
  }

  std::vector<std::string> gone_;  // paths
  std::set<SourceLoc> stays_;
};

void find_disabled(const std::vector<std::string>& enabled, const Node& services,
                   Assembled& result) {
  const bool all = std::find(enabled.begin(), enabled.end(), "*") != enabled.end();
  std::set<std::string> known;
  for (const auto& entry : services.entries()) {
    const Node* profiles = entry.value.find("profiles");
    if (profiles == nullptr || profiles->items().empty()) continue;
    Disabled disabled{{}, entry.key_loc()};
    bool wanted = all;
    for (const auto& profile : profiles->items()) {
      known.insert(profile.text());
      disabled.profiles.push_back(profile.text());
      wanted = wanted || std::find(enabled.begin(), enabled.end(), profile.text()) != enabled.end();
    }
    if (!wanted) result.disabled.emplace(entry.key, std::move(disabled));
  }
  result.profiles.assign(known.begin(), known.end());
}

}  // namespace

void apply_profiles(const std::vector<std::string>& enabled, Assembled& result, Context& context,
                    Diagnostics& reading) {
  Node& root = result.document.root;
  Node* services = root.find("services");
  if (services == nullptr || !services->is_map()) return;
  find_disabled(enabled, *services, result);
  if (result.disabled.empty()) return;
  NamesOf used, unused;
  std::vector<std::string> gone;
  for (const auto& entry : services->entries()) {
    const bool disabled = result.disabled.contains(entry.key);
    add_used(entry.value, disabled ? unused : used);
    if (disabled) gone.push_back(yaml::join_path("services", entry.key));
  }
  services->erase_if([&](const yaml::Entry& entry) { return result.disabled.contains(entry.key); });
  for (const char* section : kUsable) {
    Node* objects = root.find(section);
    if (objects == nullptr || !objects->is_map()) continue;
    objects->erase_if([&](const yaml::Entry& entry) {
      const bool alone = unused[section].contains(entry.key) && !used[section].contains(entry.key);
      if (alone) gone.push_back(yaml::join_path(section, entry.key));
      return alone;
    });
  }
  const Silence silence(std::move(gone), root);
  silence.over(result.problems);
  silence.over(reading);
  silence.over(context.impossible);
  silence.over(context.ignored);
}

}  // namespace skep::stack
