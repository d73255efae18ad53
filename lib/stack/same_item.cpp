#include "stack/same_item.hpp"

#include "yaml/emit.hpp"
#include "yaml/typing.hpp"

#include <fmt/format.h>

#include <map>

namespace skep::stack {
namespace {

using yaml::Node;

std::string port_identity(const Node& port, MergeRules rules) {
  const std::string published = text_at(port, "published");
  if (rules == MergeRules::docker) return published;
  std::string protocol = text_at(port, "protocol");
  if (protocol.empty()) protocol = "tcp";
  if (rules == MergeRules::compose) {
    return fmt::format("{}:{}:{}/{}", text_at(port, "host_ip"), published, text_at(port, "target"),
                       protocol);
  }
  const bool chosen = published.empty() || published == "0";
  return chosen ? fmt::format(":{}/{}", text_at(port, "target"), protocol)
                : fmt::format("{}/{}", published, protocol);
}

std::string target_or_source(const Node& reference) {
  const std::string target = text_at(reference, "target");
  return target.empty() ? text_at(reference, "source") : target;
}

/// What a list of the Compose Specification holds once: the item as it is, an env file by its path.
std::string whole_item(const Node& item) {
  if (item.find("path") != nullptr) return text_at(item, "path");
  return item.is_scalar() ? yaml::plain_text(item) : yaml::emit(item);
}

}  // namespace

std::string text_at(const Node& map, std::string_view key) {
  const Node* value = map.find(key);
  return value == nullptr ? std::string() : yaml::plain_text(*value);
}

std::optional<Identity> identity_of(const Key& key, MergeRules rules) {
  // What a file is refused for when it has it twice, two files have once.
  const bool may_repeat = key.form == Form::text_or_list || key.form == Form::any;
  switch (key.merge) {
    case Merge::ports:
      return [rules](const Node& port) { return port_identity(port, rules); };
    case Merge::mounts:
      return [](const Node& mount) {
        return mount.is_map() ? text_at(mount, "target") : mount.text();
      };
    case Merge::references:
      if (rules == MergeRules::compose) return target_or_source;
      return [](const Node& reference) { return text_at(reference, "source"); };
    case Merge::tmpfs:  // "/run:size=64m"
      if (rules == MergeRules::docker) return std::nullopt;
      return [](const Node& mount) { return mount.text().substr(0, mount.text().find(':')); };
    case Merge::by_form:
    case Merge::whole:
    case Merge::test:
    case Merge::aliases:
    case Merge::limit:
    case Merge::driver:
    case Merge::network:
    case Merge::variables:
    case Merge::dependencies:
      if (rules == MergeRules::docker || (rules != MergeRules::compose && may_repeat))
        return std::nullopt;
      return whole_item;
  }
  return std::nullopt;
}

std::vector<Node> united(const std::vector<Node>& base, const std::vector<Node>& over,
                         const Identity& identity) {
  std::vector<Node> result = base;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < base.size(); ++i) places.emplace(identity(base[i]), i);
  for (const auto& item : over) {
    const auto place = places.find(identity(item));
    if (place == places.end()) {
      result.push_back(item);
    } else {
      result[place->second] = item;
    }
  }
  return result;
}

std::vector<Node> once_each(const std::vector<Node>& items, const Identity& identity) {
  std::vector<Node> result;
  std::map<std::string, std::size_t> places;
  for (const auto& item : items) {
    const auto [place, fresh] = places.emplace(identity(item), result.size());
    if (fresh) result.push_back(item);
    result[place->second] = item;
  }
  return result;
}

}  // namespace skep::stack
