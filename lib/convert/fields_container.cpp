// What runs inside the container: image, command, environment, user, limits of the process.
#include "base/image_ref.hpp"
#include "convert/fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <set>

namespace skep::convert {
namespace {

/// docker's client names the tag before it sends a spec: "nginx" → "nginx:latest",
/// "docker.io/library/nginx:1" → "nginx:1" (moby client/service_create.go). What is no reference is
/// sent as it stands.
std::string image_as_sent(const std::string& image) {
  const auto reference = parse_image_ref(image);
  return reference ? reference->tagged().familiar() : image;
}

Json environment(const stack::Environment& variables) {
  std::vector<std::string> lines;
  for (const auto& [key, value] : variables) lines.push_back(value ? key + "=" + *value : key);
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// swarmkit's notation: "ADDRESS HOST"
Json hosts(const std::vector<std::string>& extra_hosts) {
  Json result = Json::array();
  for (const auto& entry : extra_hosts) {
    const auto colon = entry.find(':');
    if (colon != std::string::npos) {
      result.push_back(entry.substr(colon + 1) + " " + entry.substr(0, colon));
    }
  }
  return result;
}

std::string capability(const std::string& written) {
  std::string name = written;
  const auto blank = [](unsigned char c) { return std::isspace(c) != 0; };
  name.erase(name.begin(), std::find_if_not(name.begin(), name.end(), blank));
  name.erase(std::find_if_not(name.rbegin(), name.rend(), blank).base(), name.end());
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (name == "ALL" || name == "RESET" || name.starts_with("CAP_")) return name;
  return "CAP_" + name;
}

/// ALL stands for every other one; RESET means something on an update by hand only.
std::set<std::string> capabilities(const std::vector<std::string>& written) {
  std::set<std::string> result;
  for (const auto& name : written) result.insert(capability(name));
  if (result.contains("ALL")) return {"ALL"};
  result.erase("RESET");
  return result;
}

void set_capabilities(Json& spec, const stack::Service& service) {
  const auto add = capabilities(service.cap_add);
  auto drop = capabilities(service.cap_drop);
  for (const auto& name : add) drop.erase(name);  // adding wins
  set_filled(spec, "CapabilityAdd", add);
  set_filled(spec, "CapabilityDrop", drop);
}

Json ulimits(const std::map<std::string, stack::Ulimit>& limits) {
  Json result = Json::array();
  for (const auto& [name, limit] : limits) {
    result.push_back({{"Name", name}, {"Soft", limit.soft}, {"Hard", limit.hard}});
  }
  return result;
}

Json dns(const stack::Service& service) {
  Json result = Json::object();
  set_filled(result, "Nameservers", service.dns);
  set_filled(result, "Search", service.dns_search);
  set_filled(result, "Options", service.dns_opt);
  return result;
}

}  // namespace

Json container(const stack::Service& service, const Namespace& names) {
  Json spec = Json::object();
  set_text(spec, "Image", image_as_sent(service.image));
  set_filled(spec, "Command", service.entrypoint);
  set_filled(spec, "Args", service.command);
  set_text(spec, "Hostname", service.hostname);
  set_filled(spec, "Hosts", hosts(service.extra_hosts));
  // docker sends an empty one for an empty list.
  if (Json config = dns(service); service.dns_written || !config.empty())
    spec["DNSConfig"] = std::move(config);
  if (service.healthcheck) spec["Healthcheck"] = health_check(*service.healthcheck);
  set_filled(spec, "Env", environment(service.environment));
  spec["Labels"] = names.labelled(service.labels);
  set_text(spec, "Dir", service.working_dir);
  set_text(spec, "User", service.user);
  set_filled(spec, "Groups", service.group_add);
  if (service.stop_grace_period) spec["StopGracePeriod"] = service.stop_grace_period->count();
  set_text(spec, "StopSignal", service.stop_signal);
  set_true(spec, "TTY", service.tty);
  set_true(spec, "OpenStdin", service.stdin_open);
  set_true(spec, "ReadOnly", service.read_only);
  set_text(spec, "Isolation", service.isolation);
  if (service.init) spec["Init"] = *service.init;
  set_filled(spec, "Sysctls", service.sysctls);
  set_capabilities(spec, service);
  set_filled(spec, "Ulimits", ulimits(service.ulimits));
  set_number(spec, "OomScoreAdj", service.oom_score_adj);
  return spec;
}

Json health_check(const stack::HealthCheck& check) {
  if (check.disable) return {{"Test", {"NONE"}}};
  Json result = Json::object();
  set_filled(result, "Test", check.test);
  set_number(result, "Interval", check.interval.count());
  set_number(result, "Timeout", check.timeout.count());
  set_number(result, "StartPeriod", check.start_period.count());
  set_number(result, "StartInterval", check.start_interval.count());
  set_number(result, "Retries", static_cast<std::int64_t>(check.retries));
  return result;
}

}  // namespace skep::convert
