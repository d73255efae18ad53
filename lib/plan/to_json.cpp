// A plan for programs. No content of a secret or config, and what looks secret in a spec is hidden.
#include "plan/to_json.hpp"

#include "base/json_at.hpp"
#include "plan/plan.hpp"
#include "plan/text.hpp"
#include "swarm/diff.hpp"
#include "swarm/redact.hpp"

namespace skep::plan {
namespace {

Json changes_json(const std::vector<swarm::FieldChange>& changes) {
  Json result = Json::array();
  for (const auto& change : changes) result.push_back(change_json(change));
  return result;
}

Json object_json(const char* action, const std::string& name, const std::string& plain,
                 const Json& spec, std::size_t bytes) {
  return {{"action", action},
          {"name", name},
          {"plain_name", plain},
          {"labels", object_at(spec, {"Labels"})},
          {"bytes", bytes}};
}

Json removal(const char* action, const std::string& name, const std::string& id) {
  return {{"action", action}, {"name", name}, {"id", id}};
}

struct ToJson {
  Json operator()(const LabelNode& a) const {
    return {{"action", "label_node"}, {"hostname", a.hostname}, {"labels", a.labels}};
  }
  Json operator()(const CreateNetwork& a) const {
    return {{"action", "create_network"}, {"name", a.name}, {"spec", a.spec}};
  }
  Json operator()(const CreateSecret& a) const {
    // Not even its length: that says something about a password.
    Json result = object_json("create_secret", a.name, a.plain_name, a.spec, 0);
    result.erase("bytes");
    return result;
  }
  Json operator()(const CreateConfig& a) const {
    return object_json("create_config", a.name, a.plain_name, a.spec, a.data.size());
  }
  Json operator()(const CreateService& a) const {
    return {{"action", "create_service"}, {"name", a.name}, {"spec", swarm::redacted(a.spec)}};
  }
  Json operator()(const UpdateService& a) const {
    return {{"action", "update_service"},
            {"name", a.name},
            {"id", a.id},
            {"version", a.version},
            {"restarts", a.restarts},
            {"why", a.why},
            {"changes", changes_json(a.changes)}};
  }
  Json operator()(const RunTask& a) const {
    return {{"action", "run_task"},
            {"name", a.name},
            {"spec", swarm::redacted(a.spec)},
            {"why", a.why},
            {"changes", changes_json(a.changes)}};
  }
  Json operator()(const RemoveService& a) const {
    Json result = removal("remove_service", a.name, a.id);
    result["why"] = a.why;
    return result;
  }
  Json operator()(const RemoveSecret& a) const { return removal("remove_secret", a.name, a.id); }
  Json operator()(const RemoveConfig& a) const { return removal("remove_config", a.name, a.id); }
  Json operator()(const RemoveNetwork& a) const { return removal("remove_network", a.name, a.id); }
};

Json wait_json(const Wait& wait) {
  switch (wait.what) {
    case Wait::For::converged:
      return {{"service", wait.service}, {"for", "converged"}};
    case Wait::For::gone:
      return {{"service", wait.service}, {"for", "gone"}};
    case Wait::For::ended:
      return {{"service", wait.service}, {"for", "ended"}};
  }
  return {};
}

}  // namespace

Json to_json(const Plan& plan) {
  Json stages = Json::array();
  for (const auto& stage : plan.stages) {
    Json actions = Json::array();
    for (const auto& action : stage.actions) actions.push_back(std::visit(ToJson{}, action));
    Json waits = Json::array();
    for (const auto& wait : stage.wait_for) waits.push_back(wait_json(wait));
    stages.push_back({{"actions", actions}, {"wait_for", waits}});
  }
  return {{"format", 1},
          {"stack", plan.stack},
          {"stages", stages},
          {"unchanged", plan.unchanged},
          {"notes", plan.notes}};
}

}  // namespace skep::plan
