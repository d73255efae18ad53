#include "swarm/snapshot.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace skep::swarm {
namespace {

template <typename T>
const T* named(const std::vector<T>& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const T& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string short_name(const std::string& stack, const std::string& name) {
  return name.starts_with(stack + "_") ? name.substr(stack.size() + 1) : name;
}

std::string Config::label(const std::string& key) const {
  const auto found = labels.find(key);
  return found == labels.end() ? "" : found->second;
}

unsigned Node::engine_release() const {
  unsigned release = 0;
  const char* end = engine_version.data() + engine_version.size();
  const auto parsed = std::from_chars(engine_version.data(), end, release);
  return parsed.ec == std::errc() ? release : std::numeric_limits<unsigned>::max();
}

Names Snapshot::names() const {
  Names names;
  for (const auto& network : networks) {
    names.network_name_by_id[network.id] = network.name;
    names.network_id_by_name[network.name] = network.id;
  }
  for (const auto& secret : secrets) names.secret_id_by_name[secret.name] = secret.id;
  for (const auto& config : configs) names.config_id_by_name[config.name] = config.id;
  return names;
}

const Service* Snapshot::find_service(const std::string& name) const {
  return named(services, name);
}
const Network* Snapshot::find_network(const std::string& name) const {
  return named(networks, name);
}
const Secret* Snapshot::find_secret(const std::string& name) const {
  return named(secrets, name);
}
const Config* Snapshot::find_config(const std::string& name) const {
  return named(configs, name);
}

const Node* Snapshot::find_node(const std::string& id) const {
  const auto found =
      std::find_if(nodes.begin(), nodes.end(), [&](const Node& node) { return node.id == id; });
  return found == nodes.end() ? nullptr : &*found;
}

std::vector<const Service*> Snapshot::stack_services(const std::string& stack) const {
  std::vector<const Service*> result;
  for (const auto& service : services) {
    if (service.spec.label(kNamespaceLabel) == stack) result.push_back(&service);
  }
  std::sort(result.begin(), result.end(),
            [](const Service* a, const Service* b) { return a->name < b->name; });
  return result;
}

}  // namespace skep::swarm
