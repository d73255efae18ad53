#include "oneshot/spec.hpp"

#include "base/limits.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace skep::oneshot {
namespace {

constexpr std::int64_t kStopGrace = 3'000'000'000;  // ns; one that hangs is removed soon

Json mount(const std::string& target, unsigned mode) {
  return {{"Name", target}, {"UID", "0"}, {"GID", "0"}, {"Mode", mode}};
}

const Json kNoHealthCheck = {{"Test", {"NONE"}}};
const Json kNoRestart = {{"Condition", "none"}};
// Named, because without a log driver on the daemon a service's log is empty (docs/engine.md,
// "Logs").
const Json kLogDriver = {{"Name", "json-file"}};

Json template_like(const Task& task, const Json& labels) {
  Json result = task.like;
  Json& container = result["ContainerSpec"];
  container["Labels"] = labels;
  if (!task.command.empty()) container["Args"] = task.command;
  container["Healthcheck"] = kNoHealthCheck;
  result["RestartPolicy"] = kNoRestart;
  result["LogDriver"] = kLogDriver;
  result.erase("ForceUpdate");
  if (result.contains("Placement")) result["Placement"].erase("MaxReplicas");
  // With the service's aliases it would be asked for what the service is asked for.
  if (result.contains("Networks")) {
    for (auto& network : result["Networks"]) network.erase("Aliases");
  }
  return result;
}

Json service_around(const std::string& name, const Json& labels, Json task_template) {
  return {{"Name", name},
          {"Labels", labels},
          {"TaskTemplate", std::move(task_template)},
          {"Mode", {{"Replicated", {{"Replicas", 1}}}}},
          // No virtual address: the task answers nobody.
          {"EndpointSpec", {{"Mode", "dnsrr"}}}};
}

}  // namespace

std::string service_name(const std::string& stack, const std::string& purpose,
                         const std::string& run) {
  constexpr std::size_t kLongestPurpose = 24;
  const std::string tail = fmt::format("-{}-{}", purpose.substr(0, kLongestPurpose), run);
  const std::string head = ("skep-" + stack).substr(0, kMostServiceName - tail.size());
  return head + tail;
}

Json service_spec(const Task& task, const Bound& bound) {
  Json labels = {{kOneShotLabel, task.stack}};
  if (!task.key.empty()) labels[kTakenUpLabel] = task.key;
  if (!task.like.is_null()) return service_around(bound.name, labels, template_like(task, labels));
  Json secrets = Json::array();
  for (const auto& file : bound.secrets) {
    secrets.push_back({{"SecretID", file.id},
                       {"SecretName", file.name},
                       {"File", mount(file.target, file.mode)}});
  }
  Json configs = Json::array();
  for (const auto& file : bound.configs) {
    configs.push_back({{"ConfigID", file.id},
                       {"ConfigName", file.name},
                       {"File", mount(file.target, file.mode)}});
  }
  Json networks = Json::array();
  for (const auto& id : bound.networks) networks.push_back({{"Target", id}});
  // restart none: one task, whatever becomes of it.
  return service_around(bound.name, labels,
                        {{"ContainerSpec",
                          {{"Image", task.image},
                           {"Labels", labels},
                           {"Command", task.command},
                           {"Env", task.env},
                           // One of the image would hold back "running", and mean nothing here.
                           {"Healthcheck", kNoHealthCheck},
                           {"StopGracePeriod", kStopGrace},
                           {"Secrets", secrets},
                           {"Configs", configs}}},
                         {"RestartPolicy", kNoRestart},
                         {"Placement", {{"Constraints", task.constraints}}},
                         {"Networks", networks},
                         {"LogDriver", kLogDriver}});
}

}  // namespace skep::oneshot
