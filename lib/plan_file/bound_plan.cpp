#include "plan_file/bound_plan.hpp"

#include "convert/desired.hpp"
#include "plan/plan.hpp"
#include "swarm/canonical.hpp"
#include "swarm/diff.hpp"
#include "swarm/owner.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace skep::plan_file {
namespace {

template <typename T>
bool is_external(const std::vector<T>& wanted, const std::string& name) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const T& one) { return one.external && one.name == name; });
}

Json live_json(const deploy::Situation& situation, const project::Loaded& loaded,
               const deploy::Delivered& delivered, Seal& seal) {
  const auto& snapshot = situation.snapshot;
  const auto& stack = loaded.stack;
  Json services = Json::object();
  for (const auto* live : snapshot.stack_services(stack)) {
    services[live->name] = {{"id", live->id},
                            {"version", live->version},
                            {"spec", seal.spec(delivered, live->name, live->spec)}};
  }
  const auto object = [](const auto& one) {
    return Json{{"id", one.id}, {"version", one.version}};
  };
  Json secrets = Json::object();
  for (const auto& secret : snapshot.secrets) {
    if (swarm::belongs_to(secret.labels, stack) || is_external(loaded.desired.secrets, secret.name))
      secrets[secret.name] = object(secret);
  }
  Json configs = Json::object();
  for (const auto& config : snapshot.configs) {
    if (swarm::belongs_to(config.labels, stack) || is_external(loaded.desired.configs, config.name))
      configs[config.name] = object(config);
  }
  Json networks = Json::object();
  for (const auto& network : snapshot.networks) {
    if (swarm::belongs_to(network.labels, stack) ||
        is_external(loaded.desired.networks, network.name))
      networks[network.name] = {{"id", network.id}};
  }
  return {{"service", services}, {"secret", secrets}, {"config", configs}, {"network", networks}};
}

std::string checks_text(const config::Project& project) {
  Json checks = Json::array();
  for (const auto& check : project.checks) {
    checks.push_back({check.url, check.connect, check.method, check.headers, check.body,
                      check.status, check.contains, check.timeout.count()});
  }
  return dump_json(checks);
}

std::string nodes_text(const config::Project& project) {
  Json nodes = Json::array();
  for (const auto& node : project.nodes) nodes.push_back({node.node, node.labels});
  return dump_json(nodes);
}

Json wanted_json(const deploy::Situation& situation, const project::Loaded& loaded,
                 const deploy::Delivered& delivered, Seal& seal) {
  const auto& desired = loaded.desired;
  Json services = Json::object();
  for (const auto& service : desired.services) {
    services[service.name] = {{"spec", seal.spec(delivered, service.name, service.spec)},
                              {"live_replicas", service.live_replicas},
                              {"depends_on", service.depends_on}};
  }
  const auto objects = [&](const std::vector<convert::DesiredObject>& all) {
    Json result = Json::object();
    for (const auto& one : all) {
      result[one.name] = {{"content", one.data.empty() ? "" : seal.of(one.data.reveal())},
                          {"external", one.external},
                          {"spec", seal.document(one.spec)}};
    }
    return result;
  };
  Json networks = Json::object();
  for (const auto& network : desired.networks) {
    networks[network.name] = {{"external", network.external},
                              {"spec", seal.document(network.spec)}};
  }
  const auto part = [&](const std::string& text) { return text.empty() ? "" : seal.of(text); };
  return {{"service", services},
          {"secret", objects(desired.secrets)},
          {"config", objects(desired.configs)},
          {"network", networks},
          {"checks", part(checks_text(loaded.project))},
          {"node labels", part(nodes_text(loaded.project))},
          {"database users", part(deploy::database_fingerprint(loaded, situation.snapshot))}};
}

/// One action as it is compared: how often a service was written since does not matter, nor what
/// its tasks do at the moment.
struct Compared {
  const deploy::Delivered& delivered;
  Seal& seal;

  Json operator()(const plan::LabelNode& a) const {
    return {{"what", "label node " + a.hostname}, {"spec", seal.document(a.labels)}};
  }
  Json operator()(const plan::CreateNetwork& a) const {
    return {{"what", "create network " + a.name}, {"spec", seal.document(a.spec)}};
  }
  Json operator()(const plan::CreateSecret& a) const {
    return {{"what", "create secret " + a.name}, {"content", seal.of(a.data.reveal())}};
  }
  Json operator()(const plan::CreateConfig& a) const {
    return {{"what", "create config " + a.name}, {"content", seal.of(a.data)}};
  }
  Json operator()(const plan::CreateService& a) const {
    return {{"what", "create service " + a.name},
            {"spec", seal.spec(delivered, a.name, swarm::canonical(a.spec))}};
  }
  Json operator()(const plan::UpdateService& a) const {
    return {{"what", "update service " + a.name},
            {"spec", seal.spec(delivered, a.name, swarm::canonical(a.spec))}};
  }
  Json operator()(const plan::RunTask& a) const {
    return {{"what", "run task " + a.name},
            {"spec", seal.spec(delivered, a.name, swarm::canonical(a.spec))}};
  }
  Json operator()(const plan::RemoveService& a) const { return removal("service", a.name); }
  Json operator()(const plan::RemoveSecret& a) const { return removal("secret", a.name); }
  Json operator()(const plan::RemoveConfig& a) const { return removal("config", a.name); }
  Json operator()(const plan::RemoveNetwork& a) const { return removal("network", a.name); }

  static Json removal(const char* kind, const std::string& name) {
    return {{"what", fmt::format("remove {} {}", kind, name)}};
  }
};

using Lines = std::vector<std::string>;

std::string changes_text(const Json& then, const Json& now) {
  std::string text;
  for (const auto& change : swarm::diff(swarm::Spec(then), swarm::Spec(now))) {
    text += fmt::format("{}{}: {} → {}", text.empty() ? "" : ", ", change.path,
                        change.old_value.is_null() ? "(absent)" : change.old_text(),
                        change.new_value.is_null() ? "(absent)" : change.new_text());
  }
  return text;
}

void compare_live(const std::string& kind, const std::string& name, const Json& then,
                  const Json& now, Lines& lines) {
  const auto say = [&](const std::string& what) {
    lines.push_back(fmt::format("{} {} {}", kind, name, what));
  };
  if (then.is_null()) return say("is new");
  if (now.is_null()) return say("is gone");
  if (then.at("id") != now.at("id")) return say("is another one of the same name");
  if (kind != "service") {
    if (then.contains("version") && then.at("version") != now.at("version"))
      say("was changed (its labels)");
    return;
  }
  const auto changes = changes_text(then.at("spec"), now.at("spec"));
  if (!changes.empty()) {
    say(fmt::format("was changed (version {} → {}): {}", dump_json(then.at("version")),
                    dump_json(now.at("version")), changes));
  }
}

void compare_wanted(const std::string& kind, const std::string& name, const Json& then,
                    const Json& now, Lines& lines) {
  const auto say = [&](const std::string& what) {
    lines.push_back(fmt::format("the files: {} {} {}", kind, name, what));
  };
  if (then == now) return;
  if (then.is_null()) return say("is new");
  if (now.is_null()) return say("is not there any more");
  if (kind != "service") {
    const bool content = then.contains("content") && then.at("content") != now.at("content");
    return say(content ? "has another content" : "is another");
  }
  const auto changes = changes_text(then.at("spec"), now.at("spec"));
  say(changes.empty() ? "is another" : "is another: " + changes);
}

using Compare = void (*)(const std::string&, const std::string&, const Json&, const Json&, Lines&);

/// Every name of either side.
void each(const std::string& kind, const Json& then, const Json& now, Compare compare,
          Lines& lines) {
  std::set<std::string> names;
  for (const auto& side : {then, now}) {
    for (const auto& [name, value] : side.items()) names.insert(name);
  }
  for (const auto& name : names) {
    compare(kind, name, then.contains(name) ? then.at(name) : Json(),
            now.contains(name) ? now.at(name) : Json(), lines);
  }
}

void compare_actions(const Json& then, const Json& now, Lines& lines) {
  const auto by_name = [](const Json& actions) {
    Json result = Json::object();
    for (const auto& action : actions) result[action.at("what").get<std::string>()] = action;
    return result;
  };
  each(
      "", by_name(then), by_name(now),
      [](const std::string&, const std::string& what, const Json& before, const Json& after,
         Lines& found) {
        if (before.is_null()) return found.push_back("the plan would also " + what);
        if (after.is_null()) return found.push_back("the plan would no longer " + what);
        if (before == after) return;
        const bool service = what.find(" service ") != std::string::npos;
        const auto changes =
            service ? changes_text(before.at("spec"), after.at("spec")) : std::string();
        found.push_back(fmt::format("the plan would {} in another way{}{}", what,
                                    changes.empty() ? "" : ": ", changes));
      },
      lines);
}

}  // namespace

Json bound_plan(const deploy::Situation& situation, const project::Loaded& loaded, Seal& seal) {
  const auto delivered = deploy::delivered_of(loaded, situation.records);
  Json actions = Json::array();
  for (const auto& stage : situation.plan.stages) {
    for (const auto& action : stage.actions)
      actions.push_back(std::visit(Compared{delivered, seal}, action));
  }
  const auto& records = situation.records;
  return {{"swarm", situation.snapshot.cluster_id},
          {"release", records.empty() ? 0 : records.back().record.number},
          {"live", live_json(situation, loaded, delivered, seal)},
          {"wanted", wanted_json(situation, loaded, delivered, seal)},
          {"database_due", situation.database.due},
          {"actions", actions}};
}

std::vector<std::string> moved(const Json& then, const Json& now) {
  Lines lines;
  if (then.at("swarm") != now.at("swarm")) {
    return {fmt::format("it is another swarm: {} → {}", dump_json(then.at("swarm")),
                        dump_json(now.at("swarm")))};
  }
  if (then.at("release") != now.at("release")) {
    lines.push_back(fmt::format("the last release is r{}, it was r{}", dump_json(now.at("release")),
                                dump_json(then.at("release"))));
  }
  for (const std::string kind : {"service", "secret", "config", "network"})
    each(kind, then.at("live").at(kind), now.at("live").at(kind), compare_live, lines);
  for (const std::string kind : {"service", "secret", "config", "network"})
    each(kind, then.at("wanted").at(kind), now.at("wanted").at(kind), compare_wanted, lines);
  for (const std::string part : {"checks", "node labels", "database users"}) {
    if (then.at("wanted").at(part) != now.at("wanted").at(part))
      lines.push_back(fmt::format("the files: the {} are others", part));
  }
  // What follows from the above needs no line of its own.
  if (!lines.empty()) return lines;
  if (then.at("database_due") != now.at("database_due"))
    lines.push_back("whether the database users are to be ensured is another");
  compare_actions(then.at("actions"), now.at("actions"), lines);
  return lines;
}

}  // namespace skep::plan_file
