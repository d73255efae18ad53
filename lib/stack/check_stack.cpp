// What only the whole stack shows: references to nothing, and what the engine would refuse.
#include "base/ascii.hpp"
#include "stack/check.hpp"
#include "stack/readers.hpp"
#include "stack/short_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace skep::stack {
namespace {

// Each is held against every name that is there; a file with more has another mistake than a slip.
constexpr int kMostSearches = 100;

constexpr const char* kOverlayHint = "remove the driver: Swarm then makes an overlay network";
constexpr const char* kScopeHint =
    "make one with docker network create --scope swarm, and name it with external: true";

/// Drivers whose networks belong to one node, and what to do.
constexpr std::array<std::pair<std::string_view, const char*>, 5> kOneNodes = {
    {{"bridge", kOverlayHint},
     {"null", kOverlayHint},
     {"host", "for the node's own network write external: true and name: host"},
     {"macvlan", kScopeHint},
     {"ipvlan", kScopeHint}}};

/// The keys that may be meant: not `self`, which says what is wrong.
template <typename Map>
std::vector<std::string> keys_of(const Map& map, const std::string& self) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : map) {
    if (key != self) keys.push_back(key);
  }
  return keys;
}

class Check {
 public:
  Check(const Stack& stack, const Context& context)
      : stack_(stack),
        reported_(context.reported),
        problems_(context.problems),
        strict_(context.options.strict) {}

  void run() {
    if (stack_.services.empty() && !stack_.disabled.empty()) {
      const auto& [name, disabled] = *stack_.disabled.begin();
      problems_.error(disabled.loc, "services", "no service is enabled: each has a profile",
                      fmt::format("enable one with --profile {}", disabled.profiles.front()));
    }
    for (const auto& [name, service] : stack_.services) {
      name_ = name;
      path_ = "services." + name;
      references(service);
      deploy(service);
      targets(service);
    }
    one_nodes_networks();
    published();
    cycles();
  }

 private:
  /// `kind` is "network"; the section is "networks".
  template <typename Map>
  void there(const Map& map, const std::string& kind, const std::string& key, const SourceLoc& loc,
             const std::string& where) {
    if (key.empty() || map.contains(key)) return;
    const std::string section = kind + "s";
    if (reported_.contains(section) || reported_.contains(yaml::join_path(section, key))) return;
    const std::string meant = ++searches_ > kMostSearches
                                  ? ""
                                  : nearest(key, keys_of(map, kind == "service" ? name_ : ""));
    problems_.error(loc, where, fmt::format("there is no {} \"{}\"", kind, key),
                    meant.empty() ? fmt::format("declare it at the top level, under {}s:", kind)
                                  : fmt::format("did you mean \"{}\"?", meant));
  }

  void references(const Service& service) {
    for (const auto& [key, use] : service.networks) {
      if (key != "default") there(stack_.networks, "network", key, use.loc, path_ + ".networks");
    }
    for (const auto& mount : service.mounts) {
      const bool named = mount.type == "volume" ||
                         (mount.type == "cluster" && !mount.source.starts_with("group:"));
      if (named) there(stack_.volumes, "volume", mount.source, mount.loc, path_ + ".volumes");
    }
    for (const auto& reference : service.secrets) {
      there(stack_.secrets, "secret", reference.source, reference.loc, path_ + ".secrets");
    }
    for (const auto& reference : service.configs) {
      there(stack_.configs, "config", reference.source, reference.loc, path_ + ".configs");
    }
    const CredentialSpec& credential = service.credential_spec;
    there(stack_.configs, "config", credential.config, credential.loc, path_ + ".credential_spec");
    if (stack_.compat == Compat::docker) named_credential(service);
    for (const auto& other : service.depends_on) {
      if (!other.required) continue;
      const auto disabled = stack_.disabled.find(other.service);
      if (disabled == stack_.disabled.end()) {
        waited_for(other);
      } else {
        not_enabled(other, disabled->second);
      }
    }
    for (const auto& other : service.one_off.before)
      there(stack_.services, "service", other.service, other.loc, path_ + ".x-skep-before");
  }

  /// Files that only Compose has read often name a service of another stack, or of a file that is
  /// laid over this one elsewhere: Swarm has no order, so that the service can run all the same.
  /// But what is to be completed is a one-off of this stack.
  void waited_for(const Dependency& other) {
    const bool known = stack_.services.contains(other.service);
    const bool told = reported_.contains("services") ||
                      reported_.contains(yaml::join_path("services", other.service));
    if (known || told || other.service.empty()) return;
    if (strict_ || other.condition == kCompleted)
      return there(stack_.services, "service", other.service, other.loc, path_ + ".depends_on");
    const std::string meant =
        ++searches_ > kMostSearches ? "" : nearest(other.service, keys_of(stack_.services, name_));
    problems_.warning(
        other.loc, path_ + ".depends_on",
        fmt::format("there is no service \"{}\": nothing is waited for", other.service),
        meant.empty() ? "of another stack none can be; `required: false` takes the warning away"
                      : fmt::format("did you mean \"{}\"?", meant));
  }

  void not_enabled(const Dependency& other, const Disabled& disabled) {
    problems_.error(
        other.loc, path_ + ".depends_on",
        fmt::format("the service \"{}\" is not enabled: it has the profile{} {} (at {})",
                    other.service, disabled.profiles.size() == 1 ? "" : "s",
                    fmt::join(disabled.profiles, ", "), format(disabled.loc)),
        fmt::format("enable it with --profile {}, give this service the same profile, or write "
                    "required: false",
                    disabled.profiles.front()));
  }

  /// docker looks for the key where such a config goes by its name (docker/cli
  /// cli/compose/convert, convertCredentialSpec).
  void named_credential(const Service& service) {
    const auto config = stack_.configs.find(service.credential_spec.config);
    if (config == stack_.configs.end()) return;
    if (config->second.name.empty() || config->second.name == config->first) return;
    problems_.error(
        service.credential_spec.loc, path_ + ".credential_spec",
        fmt::format("docker does not find the config \"{}\", which has a name of its own",
                    config->first),
        "remove its name, or say --compat none");
  }

  void deploy(const Service& service) {
    const Deploy& deploy = service.deploy;
    const std::string path = path_ + ".deploy";
    const bool global = deploy.mode == "global" || deploy.mode == "global-job";
    if (deploy.live_replicas && (global || deploy.mode.ends_with("-job"))) {
      problems_.error(deploy.replicas_loc, path + ".replicas",
                      fmt::format("live does not go with mode {}", deploy.mode),
                      "remove it: only a replicated service is scaled");
    }
    if (global && deploy.replicas) {
      problems_.error(deploy.replicas_loc, path + ".replicas",
                      fmt::format("does not go with mode {}", deploy.mode),
                      "remove it: there is one task a node");
    }
    job(deploy, path);
    const bool dnsrr = lower(deploy.endpoint_mode) == "dnsrr";
    if (dnsrr && !std::all_of(service.ports.begin(), service.ports.end(), is_on_host)) {
      problems_.error(deploy.endpoint_loc, path + ".endpoint_mode",
                      "dnsrr does not go with a port of mode ingress",
                      "publish it in mode host, or remove endpoint_mode");
    }
  }

  /// A job is run anew, never updated task by task.
  void job(const Deploy& deploy, const std::string& path) {
    if (!deploy.mode.ends_with("-job")) return;
    const auto none = [&](const char* key, const SourceLoc& loc) {
      problems_.error(loc, fmt::format("{}.{}", path, key), fmt::format("a job has no {}", key),
                      "remove it");
    };
    if (deploy.update_config) none("update_config", deploy.update_loc);
    if (deploy.rollback_config) none("rollback_config", deploy.rollback_loc);
  }

  /// The engine takes every other mode for ingress.
  static bool is_on_host(const Port& port) { return lower(port.mode) == "host"; }

  /// The engine refuses two mounts, secrets or configs at one place.
  void targets(const Service& service) {
    std::set<std::string> mounted, secrets, configs;
    for (const auto& mount : service.mounts) {
      once(mounted, mount.target, mount.target_loc, "volumes");
      inside(mount);
    }
    for (const auto& secret : service.secrets)
      once(secrets, target_of(secret), secret.target_loc, "secrets");
    for (const auto& config : service.configs)
      once(configs, target_of(config), config.target_loc, "configs");
  }

  /// The engine starts no task with another target. Placeholders and pipes are its own business.
  void inside(const Mount& mount) {
    const bool known = !mount.target.empty() && mount.type != "npipe";
    if (!known || absolute(mount.target) || mount.target.find("{{") != std::string::npos) return;
    problems_.error(mount.target_loc, path_ + ".volumes",
                    fmt::format("the target \"{}\" is no absolute path", mount.target),
                    "write the whole path in the container, such as /var/lib/data");
  }

  static std::string target_of(const FileReference& reference) {
    return reference.target.empty() ? reference.source : reference.target;
  }

  void once(std::set<std::string>& seen, const std::string& target, const SourceLoc& loc,
            const std::string& key) {
    if (target.empty() || seen.insert(target).second) return;
    problems_.error(loc, path_ + "." + key, fmt::format("\"{}\" is the target twice", target),
                    "choose another target");
  }

  /// Of these drivers the engine makes a network of its own node, and then takes no service on it
  /// (moby daemon/cluster/networks.go, populateNetworkID). docker finds one that is in the swarm.
  void one_nodes_networks() {
    std::set<std::string> used;
    for (const auto& [name, service] : stack_.services) {
      if (service.networks.empty() && service.network_mode.empty()) used.insert("default");
      for (const auto& [key, use] : service.networks) used.insert(key);
    }
    for (const auto& [key, network] : stack_.networks) {
      const auto* const hint =
          std::find_if(kOneNodes.begin(), kOneNodes.end(),
                       [&](const auto& one) { return one.first == network.driver; });
      if (network.external || hint == kOneNodes.end() || !used.contains(key)) continue;
      const bool docker = stack_.compat == Compat::docker;
      problems_.add({docker ? Severity::warning : Severity::error, network.driver_loc,
                     fmt::format("networks.{}.driver", key),
                     fmt::format("a {} network belongs to one node, and no service can be on it",
                                 network.driver),
                     hint->second});
    }
  }

  /// An ingress port belongs to one service of the swarm, and once to it. Whether two services find
  /// room for one port of the host, the swarm's nodes show (plan/preflight_ports.cpp).
  void published() {
    struct Owners {
      std::string ingress, host;  // the first of each
      std::string last_host;
    };
    std::map<std::pair<std::uint32_t, std::string>, Owners> all;
    for (const auto& [name, service] : stack_.services) {
      for (const auto& port : service.ports) {
        if (port.published == 0) continue;
        const bool host = is_on_host(port);
        const std::string protocol = port.protocol.empty() ? "tcp" : port.protocol;
        Owners& owners = all[{port.published, protocol}];
        const std::string other = !owners.ingress.empty()    ? owners.ingress
                                  : !host                    ? owners.host
                                  : owners.last_host == name ? name
                                                             : "";
        std::string& first = host ? owners.host : owners.ingress;
        if (first.empty()) first = name;
        if (host) owners.last_host = name;
        if (other.empty()) continue;
        problems_.error(
            port.loc, fmt::format("services.{}.ports", name),
            fmt::format("port {}/{} is published by {} already", port.published, protocol, other),
            "choose another port");
      }
    }
  }

  /// What a service waits for, and where that is written.
  struct Edge {
    std::string service;
    SourceLoc loc;
    const char* key;
  };
  using Edges = std::map<std::string, std::vector<Edge>>;

  Edges edges() const {
    Edges result;
    for (const auto& [name, service] : stack_.services) {
      for (const auto& other : service.depends_on)
        result[name].push_back({other.service, other.loc, "depends_on"});
      for (const auto& other : service.one_off.before)
        result[other.service].push_back({name, other.loc, "x-skep-before"});
    }
    return result;
  }

  /// A service on the way that is being followed, and how many of its edges were looked at.
  struct Step {
    std::string service;
    const std::vector<Edge>* edges;
    std::size_t looked_at = 0;
  };

  /// Follows each edge once, so that a long chain takes no longer than many short ones.
  void cycles() {
    static const std::vector<Edge> kNone;
    const Edges all = edges();
    const auto step_to = [&](const std::string& name) {
      const auto found = all.find(name);
      return Step{name, found == all.end() ? &kNone : &found->second};
    };
    std::set<std::string> done;
    for (const auto& [name, service] : stack_.services) {
      std::vector<Step> way;
      if (!done.contains(name)) way.push_back(step_to(name));
      while (!way.empty()) {
        Step& step = way.back();
        if (step.looked_at == step.edges->size()) {
          done.insert(step.service);
          on_way_.erase(step.service);
          way.pop_back();
          continue;
        }
        if (step.looked_at == 0) on_way_.insert(step.service);
        const std::string& next = (*step.edges)[step.looked_at++].service;
        if (on_way_.contains(next)) {
          cycle(next, way);
        } else if (stack_.services.contains(next) && !done.contains(next)) {
          way.push_back(step_to(next));
        }
      }
    }
  }

  void cycle(const std::string& name, const std::vector<Step>& way) {
    const auto first = std::find_if(way.begin(), way.end(),
                                    [&](const Step& step) { return step.service == name; });
    std::vector<std::string> names;
    for (auto step = first; step != way.end(); ++step) names.push_back(step->service);
    const Edge& edge = (*first->edges)[first->looked_at - 1];
    const std::string owner = edge.key == std::string("depends_on") ? name : edge.service;
    problems_.error(
        edge.loc, fmt::format("services.{}.{}", owner, edge.key),
        fmt::format("the service waits for itself: {} → {}", fmt::join(names, " → "), name),
        fmt::format("break the circle of {}", edge.key));
  }

  const Stack& stack_;
  const std::set<std::string>& reported_;
  Diagnostics& problems_;
  std::string name_, path_;  // of the service that is looked at
  bool strict_;
  std::set<std::string> on_way_;
  int searches_ = 0;
};

}  // namespace

void check_stack(const Stack& stack, const Context& context) {
  Check(stack, context).run();
}

}  // namespace skep::stack
