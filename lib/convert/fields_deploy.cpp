// `deploy` and what belongs to it: mode, policies, resources, placement.
#include "convert/fields.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace skep::convert {
namespace {

/// `restart` of a service without deploy.restart_policy.
Json from_restart(const std::string& restart, stack::Compat compat) {
  const auto colon = restart.find(':');
  const std::string name = restart.substr(0, colon);
  if (name == "no") {
    // docker leaves the policy out, and the engine then restarts for any reason.
    return compat == stack::Compat::docker ? Json() : Json{{"Condition", "none"}};
  }
  if (name != "on-failure") return {{"Condition", "any"}};
  std::uint64_t attempts = 0;  // no limit
  if (colon != std::string::npos) {
    std::from_chars(restart.data() + colon + 1, restart.data() + restart.size(), attempts);
  }
  return {{"Condition", "on-failure"}, {"MaxAttempts", attempts}};
}

Json generic_resources(const std::vector<std::optional<stack::GenericResource>>& written) {
  Json result = Json::array();
  for (const auto& resource : written) {
    Json item = Json::object();
    if (resource) {
      Json& spec = item["DiscreteResourceSpec"] = Json::object();
      set_text(spec, "Kind", resource->kind);
      set_number(spec, "Value", resource->value);
    }
    result.push_back(std::move(item));
  }
  return result;
}

}  // namespace

Json restart_policy(const stack::Service& service, stack::Compat compat) {
  if (!service.deploy.restart_policy) {
    return service.restart.empty() ? Json() : from_restart(service.restart, compat);
  }
  const auto& written = *service.deploy.restart_policy;
  Json policy = Json::object();
  set_text(policy, "Condition", written.condition);
  if (written.delay) policy["Delay"] = written.delay->count();
  if (written.max_attempts) policy["MaxAttempts"] = *written.max_attempts;
  if (written.window) policy["Window"] = written.window->count();
  return policy;
}

Json resources(const stack::Deploy& deploy) {
  Json result = Json::object();
  if (deploy.limits) {
    Json limits = Json::object();
    set_number(limits, "NanoCPUs", deploy.limits->nano_cpus);
    set_number(limits, "MemoryBytes", deploy.limits->memory);
    set_number(limits, "Pids", deploy.limits->pids);
    result["Limits"] = std::move(limits);
  }
  if (deploy.reservations) {
    Json reservations = Json::object();
    set_number(reservations, "NanoCPUs", deploy.reservations->nano_cpus);
    set_number(reservations, "MemoryBytes", deploy.reservations->memory);
    set_filled(reservations, "GenericResources", generic_resources(deploy.reservations->generic));
    result["Reservations"] = std::move(reservations);
  }
  if (deploy.swap) result["SwapBytes"] = *deploy.swap;
  if (deploy.swappiness) result["MemorySwappiness"] = *deploy.swappiness;
  return result;
}

Json placement(const stack::Placement& placement) {
  Json result = Json::object();
  set_filled(result, "Constraints", placement.constraints);
  Json preferences = Json::array();
  for (const auto& label : placement.spread) {
    preferences.push_back({{"Spread", {{"SpreadDescriptor", label}}}});
  }
  set_filled(result, "Preferences", std::move(preferences));
  set_number(result, "MaxReplicas", static_cast<std::int64_t>(placement.max_replicas_per_node));
  return result;
}

Json log_driver(const stack::Logging& logging) {
  Json result = Json::object();
  set_text(result, "Name", logging.driver);
  set_filled(result, "Options", logging.options);
  return result;
}

Json mode(const stack::Deploy& deploy) {
  Json counts = Json::object();
  if (deploy.mode == "global") return {{"Global", counts}};
  if (deploy.mode == "global-job") return {{"GlobalJob", counts}};
  if (deploy.mode == "replicated-job") {
    if (deploy.replicas)
      counts = {{"MaxConcurrent", *deploy.replicas}, {"TotalCompletions", *deploy.replicas}};
    return {{"ReplicatedJob", counts}};
  }
  if (deploy.replicas) counts = {{"Replicas", *deploy.replicas}};
  return {{"Replicated", counts}};
}

Json update_config(const stack::UpdateConfig& config) {
  Json result = {{"Parallelism", config.parallelism.value_or(1)},
                 {"MaxFailureRatio", config.max_failure_ratio},
                 {"Order", config.order}};
  set_number(result, "Delay", config.delay.count());
  set_text(result, "FailureAction", config.failure_action);
  set_number(result, "Monitor", config.monitor.count());
  return result;
}

}  // namespace skep::convert
