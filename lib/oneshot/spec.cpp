#include "oneshot/spec.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace skep::oneshot {
namespace {

constexpr std::int64_t kStopGrace = 3'000'000'000;  // ns; one that hangs is removed soon

Json mount(const std::string& target, unsigned mode) {
  return {{"Name", target}, {"UID", "0"}, {"GID", "0"}, {"Mode", mode}};
}

}  // namespace

std::string service_name(const std::string& stack, const std::string& purpose,
                         const std::string& run) {
  constexpr std::size_t kLongestServiceName = 63;  // engine-notes §4.6: a DNS label
  const std::string tail = fmt::format("-{}-{}", purpose, run);
  const std::string head = ("skep-" + stack).substr(0, kLongestServiceName - tail.size());
  return head + tail;
}

Json service_spec(const Task& task, const Bound& bound) {
  const Json labels = {{kOneShotLabel, task.stack}};
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
  // restart none: one task, whatever becomes of it. json-file said explicitly: with no log driver
  // on the daemon a service's logs come back empty (engine-notes §6).
  return {{"Name", bound.name},
          {"Labels", labels},
          {"TaskTemplate",
           {{"ContainerSpec",
             {{"Image", task.image},
              {"Labels", labels},
              {"Command", task.command},
              {"Env", task.env},
              // A health check of the image would hold back "running", and mean nothing here.
              {"Healthcheck", {{"Test", {"NONE"}}}},
              {"StopGracePeriod", kStopGrace},
              {"Secrets", secrets},
              {"Configs", configs}}},
            {"RestartPolicy", {{"Condition", "none"}}},
            {"Placement", {{"Constraints", task.constraints}}},
            {"Networks", networks},
            {"LogDriver", {{"Name", "json-file"}}}}},
          {"Mode", {{"Replicated", {{"Replicas", 1}}}}},
          // No virtual address: the task answers nobody.
          {"EndpointSpec", {{"Mode", "dnsrr"}}}};
}

}  // namespace skep::oneshot
