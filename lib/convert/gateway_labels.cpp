#include "convert/gateway_labels.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace skep::convert {
namespace {

std::string in_lower_case(std::string text) {
  for (char& c : text) c = is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

/// A label of traefik's. Its keys have no case.
struct Label {
  std::string key;                 // as written
  std::string lower;               // "traefik.http.routers.web.rule"
  std::vector<std::string> parts;  // {"traefik", "http", "routers", "web", "rule"}, as written
  std::string value;
};

std::vector<Label> labels_of_traefik(const stack::Pairs& labels) {
  std::vector<Label> result;
  for (const auto& [key, value] : labels) {
    Label label{key, in_lower_case(key), {}, value};
    if (!label.lower.starts_with("traefik.")) continue;
    for (std::size_t at = 0; at <= key.size();) {
      const std::size_t end = std::min(key.find('.', at), key.size());
      label.parts.push_back(key.substr(at, end - at));
      at = end + 1;
    }
    result.push_back(std::move(label));
  }
  return result;
}

/// Whether a traefik of the stack's own sees containers alone: by its flags, for what else it is
/// told is not in the Compose file.
bool sees_containers(const stack::Stack& stack) {
  const auto asks = [](const stack::Service& service, const char* flag) {
    return std::any_of(service.command.begin(), service.command.end(), [&](const auto& word) {
      const std::string lower = in_lower_case(word);
      return lower == flag || lower == std::string(flag) + "=true";
    });
  };
  return std::any_of(stack.services.begin(), stack.services.end(), [&](const auto& entry) {
    const stack::Service& service = entry.second;
    return asks(service, "--providers.docker") && !asks(service, "--providers.swarm") &&
           !asks(service, "--providers.docker.swarmmode");
  });
}

/// What a service says to traefik.
class Checked {
 public:
  Checked(const stack::Service& service, const stack::Stack& stack, const Namespace& names,
          Diagnostics& problems)
      : service_(service),
        stack_(stack),
        names_(names),
        problems_(problems),
        labels_(labels_of_traefik(service.deploy.labels)) {}

  void run() {
    if (labels_.empty()) return misplaced();
    if (is_off()) return;
    both_families();
    for (const auto& label : labels_) {
      if (label.lower == "traefik.docker.network" || label.lower == "traefik.swarm.network")
        network(label);
    }
    if (is_version_1()) return;
    const bool http = has("http", {"routers", "services", "middlewares"});
    const bool other = port_of("tcp") || port_of("udp");
    const bool enabled = find("traefik.enable") != nullptr;
    if (http || (enabled && !other)) port("http");
  }

 private:
  void warn(const SourceLoc& loc, const char* where, const std::string& what,
            const std::string& hint) {
    problems_.warning(loc, fmt::format("services.{}.{}", service_.name, where), what, hint);
  }
  SourceLoc place(const Label& label) const {
    const auto found = service_.deploy.labels_at.find(label.key);
    return found == service_.deploy.labels_at.end() ? service_.loc : found->second;
  }
  const Label* find(const std::string& lower) const {
    const auto found = std::find_if(labels_.begin(), labels_.end(),
                                    [&](const Label& label) { return label.lower == lower; });
    return found == labels_.end() ? nullptr : &*found;
  }
  bool is_off() const {
    const Label* enable = find("traefik.enable");
    const std::string value = enable == nullptr ? "" : in_lower_case(enable->value);
    return value == "false" || value == "f" || value == "0";
  }

  /// The Swarm provider sees services, not containers.
  void misplaced() {
    const auto unseen = labels_of_traefik(service_.labels);
    if (unseen.empty() || sees_containers(stack_)) return;
    const auto found = service_.labels_at.find(unseen.front().key);
    const std::string more =
        unseen.size() == 1 ? "" : fmt::format(" and {} more", unseen.size() - 1);
    warn(found == service_.labels_at.end() ? service_.loc : found->second, "labels",
         fmt::format("traefik's Swarm provider does not see {}{}: it reads deploy.labels",
                     unseen.front().key, more),
         fmt::format("write them below deploy: deploy: {{labels: {{{}: …}}}}", unseen.front().key));
  }

  /// traefik 3 ignores such a service (shared_labels.go).
  void both_families() {
    const auto first_of = [&](const char* prefix) {
      return std::find_if(labels_.begin(), labels_.end(),
                          [&](const Label& label) { return label.lower.starts_with(prefix); });
    };
    const auto docker = first_of("traefik.docker."), swarm = first_of("traefik.swarm.");
    if (docker == labels_.end() || swarm == labels_.end()) return;
    warn(place(*docker), "deploy.labels",
         "traefik 3 ignores a service that has both traefik.docker and traefik.swarm labels",
         fmt::format("keep {} for traefik 3, or {} for traefik 2", swarm->key, docker->key));
  }

  void network(const Label& label) {
    std::vector<std::string> there;
    bool is_key = false;
    std::string full;
    const auto add = [&](const std::string& key) {
      const auto found = stack_.networks.find(key);
      there.push_back(names_.scoped(key, found == stack_.networks.end() ? "" : found->second.name));
      if (key != label.value) return;
      is_key = true;
      full = there.back();
    };
    for (const auto& [key, use] : service_.networks) add(key);
    if (service_.networks.empty()) add("default");
    if (std::find(there.begin(), there.end(), label.value) != there.end()) return;
    if (is_key) {
      return warn(place(label), "deploy.labels",
                  fmt::format("traefik does not find the network \"{}\": in the swarm it is \"{}\"",
                              label.value, full),
                  fmt::format("write {}: {}", label.key, full));
    }
    warn(place(label), "deploy.labels",
         fmt::format("traefik does not find the service on the network \"{}\"", label.value),
         there.size() == 1
             ? fmt::format("write {}: {}", label.key, there.front())
             : fmt::format("the service is on {}; write one of them", fmt::join(there, ", ")));
  }

  /// traefik.frontend.rule, traefik.port, traefik.NAME.port: those of version 1.
  bool is_version_1() const {
    constexpr std::array<std::string_view, 5> kWords = {"port", "frontend", "backend", "protocol",
                                                        "weight"};
    return std::any_of(labels_.begin(), labels_.end(), [&](const Label& label) {
      const auto is_word = [&](std::size_t at) {
        return at < label.parts.size() && std::find(kWords.begin(), kWords.end(),
                                                    in_lower_case(label.parts[at])) != kWords.end();
      };
      const bool newer = label.lower.starts_with("traefik.http.") ||
                         label.lower.starts_with("traefik.tcp.") ||
                         label.lower.starts_with("traefik.udp.");
      return !newer && (is_word(1) || is_word(2));
    });
  }

  bool has(const std::string& protocol, const std::vector<std::string>& sections) const {
    return std::any_of(labels_.begin(), labels_.end(), [&](const Label& label) {
      return label.parts.size() > 3 && in_lower_case(label.parts[1]) == protocol &&
             std::find(sections.begin(), sections.end(), in_lower_case(label.parts[2])) !=
                 sections.end();
    });
  }
  /// False when there is nothing of the protocol.
  bool port_of(const std::string& protocol) {
    if (!has(protocol, {"routers", "services"})) return false;
    port(protocol);
    return true;
  }

  /// Tasks show traefik no ports: each of a service's load balancers must name its own. One that
  /// does not, and all labels of the service are ignored.
  void port(const std::string& protocol) {
    const std::string prefix = fmt::format("traefik.{}.services.", protocol);
    std::map<std::string, bool> balancers;  // name → whether it has a port
    const Label* first = &labels_.front();
    for (const auto& label : labels_) {
      if (label.lower.starts_with("traefik." + protocol + ".") &&
          !first->lower.starts_with("traefik." + protocol + "."))
        first = &label;
      if (!label.lower.starts_with(prefix) || label.parts.size() < 4) continue;
      const bool server = label.lower.find(".loadbalancer.server") != std::string::npos &&
                          (label.lower.ends_with(".port") || label.lower.ends_with(".url"));
      bool& known = balancers[label.parts[3]];
      known = known || server;
    }
    if (balancers.empty()) return no_port(protocol, router_service(protocol), *first);
    for (const auto& [name, known] : balancers) {
      if (!known) return no_port(protocol, name, *first);
    }
  }

  /// What the first router sends to, or its own name.
  std::string router_service(const std::string& protocol) const {
    std::string name = service_.name;
    const std::string prefix = fmt::format("traefik.{}.routers.", protocol);
    for (const auto& label : labels_) {
      if (!label.lower.starts_with(prefix) || label.parts.size() < 5) continue;
      if (in_lower_case(label.parts[4]) == "service") return label.value;
      name = label.parts[3];
    }
    return name;
  }

  void no_port(const std::string& protocol, const std::string& balancer, const Label& first) {
    std::set<std::uint32_t> targets;
    for (const auto& port : service_.ports) targets.insert(port.target);
    std::string port = targets.size() == 1 ? std::to_string(*targets.begin()) : "PORT";
    const bool elsewhere = balancer.find('@') != std::string::npos;  // "api@internal"
    if (elsewhere) port = "9999";
    warn(place(first), "deploy.labels",
         "traefik cannot know the port of a service of Swarm, and ignores these labels without it",
         fmt::format("write traefik.{}.services.{}.loadbalancer.server.port: \"{}\"{}", protocol,
                     elsewhere ? "unused" : balancer, port,
                     elsewhere ? ": it wants one, whichever" : ""));
  }

  const stack::Service& service_;
  const stack::Stack& stack_;
  const Namespace& names_;
  Diagnostics& problems_;
  std::vector<Label> labels_;
};

}  // namespace

void check_gateway_labels(const stack::Stack& stack, const Namespace& names,
                          Diagnostics& problems) {
  for (const auto& [name, service] : stack.services) Checked(service, stack, names, problems).run();
}

}  // namespace skep::convert
