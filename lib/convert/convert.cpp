#include "convert/convert.hpp"

#include "convert/desired.hpp"
#include "convert/fields.hpp"
#include "convert/gateway_labels.hpp"
#include "convert/names.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace skep::convert {
namespace {

DesiredObject object(const std::string& key, const stack::FileObject& written,
                     const Namespace& names) {
  DesiredObject result;
  result.key = key;
  result.name = names.scoped(key, written.name);
  result.external = written.external;
  result.loc = written.loc;
  if (written.external) return result;
  result.data = written.data;
  result.driver = written.driver;
  result.template_driver = written.template_driver;
  result.labels = written.labels;
  result.labels["com.docker.stack.namespace"] = names.stack;
  result.spec = {{"Labels", result.labels}};
  if (!written.driver.empty()) {
    result.spec["Driver"] = {{"Name", written.driver}};
    set_filled(result.spec["Driver"], "Options", written.driver_opts);
  }
  if (!written.template_driver.empty())
    result.spec["Templating"] = {{"Name", written.template_driver}};
  return result;
}

/// External ones that nobody uses are nobody's business, as networks are.
std::vector<DesiredObject> objects(const std::map<std::string, stack::FileObject>& written,
                                   const std::set<std::string>& used, const Namespace& names) {
  std::vector<DesiredObject> result;
  for (const auto& [key, file] : written) {
    if (!file.external || used.contains(key)) result.push_back(object(key, file, names));
  }
  return result;
}

std::set<std::string> used_secrets(const stack::Stack& stack) {
  std::set<std::string> used;
  for (const auto& [name, service] : stack.services) {
    for (const auto& reference : service.secrets) used.insert(reference.source);
  }
  return used;
}

std::set<std::string> used_configs(const stack::Stack& stack) {
  std::set<std::string> used;
  for (const auto& [name, service] : stack.services) {
    for (const auto& reference : service.configs) used.insert(reference.source);
    used.insert(service.credential_spec.config);
  }
  return used;
}

/// Only those that a service uses; `default` exists without being declared.
std::vector<DesiredNetwork> networks(const stack::Stack& stack, const Namespace& names) {
  std::set<std::string> used;
  for (const auto& [name, service] : stack.services) {
    if (service.networks.empty() && service.network_mode.empty()) used.insert("default");
    for (const auto& [key, use] : service.networks) used.insert(key);
  }
  std::vector<DesiredNetwork> result;
  for (const auto& key : used) {
    const auto found = stack.networks.find(key);
    const auto written = found == stack.networks.end() ? stack::Network{} : found->second;
    DesiredNetwork wanted{key, names.scoped(key, written.name), written.external, {}, written.loc};
    if (!wanted.external) wanted.spec = network(written, wanted.name, names);
    result.push_back(std::move(wanted));
  }
  return result;
}

Json task(const stack::Service& service, const stack::Stack& stack, const Namespace& names) {
  Json spec = container(service, names);
  set_filled(spec, "Mounts", mounts(service, stack, names));
  set_filled(spec, "Secrets", secret_references(service, stack, names));
  set_filled(spec, "Configs", config_references(service, stack, names));
  spec["Privileges"] = privileges(service, stack, names);
  Json task = {{"ContainerSpec", std::move(spec)},
               {"Resources", resources(service.deploy)},
               {"Placement", placement(service.deploy.placement)},
               {"Networks", attachments(service, stack, names)},
               {"ForceUpdate", 0}};
  if (service.logging) task["LogDriver"] = log_driver(*service.logging);
  if (Json policy = restart_policy(service, stack.compat); !policy.is_null()) {
    task["RestartPolicy"] = std::move(policy);
  }
  return task;
}

swarm::Spec spec(const stack::Service& service, const stack::Stack& stack, const Namespace& names) {
  Json labels = names.labelled(service.deploy.labels);
  labels["com.docker.stack.image"] = service.image;
  Json result = {{"Name", names.scoped(service.name)},
                 {"Labels", std::move(labels)},
                 {"TaskTemplate", task(service, stack, names)},
                 {"Mode", mode(service.deploy)},
                 {"EndpointSpec", endpoint(service)}};
  if (service.deploy.update_config)
    result["UpdateConfig"] = update_config(*service.deploy.update_config);
  if (service.deploy.rollback_config)
    result["RollbackConfig"] = update_config(*service.deploy.rollback_config);
  return swarm::Spec(std::move(result));
}

std::map<std::string, SourceLoc> places_of(const stack::Service& service) {
  const auto& deploy = service.deploy;
  std::map<std::string, SourceLoc> result = deploy.placement.constraints_at;
  result["deploy.mode"] = deploy.mode_loc;
  result["deploy.replicas"] = deploy.replicas_loc;
  result["deploy.endpoint_mode"] = deploy.endpoint_loc;
  result["deploy.update_config"] = deploy.update_loc;
  for (const auto& port : service.ports) {
    const std::string protocol = port.protocol.empty() ? "tcp" : port.protocol;
    result.emplace(fmt::format("{}/{}", port.published, protocol), port.loc);
  }
  for (const auto& mount : service.mounts) result.emplace("volumes." + mount.target, mount.loc);
  return result;
}

DesiredService service(const stack::Service& written, const stack::Stack& stack,
                       const Namespace& names) {
  DesiredService result;
  result.key = written.name;
  result.name = names.scoped(written.name);
  result.spec = spec(written, stack, names);
  result.image = written.image;
  result.live_replicas = written.deploy.live_replicas;
  if (written.build) {
    const auto& build = *written.build;
    result.build = Build{build.context,  build.dockerfile, build.args, build.target, build.labels,
                         build.platform, build.no_cache,   build.pull, build.wrong};
  }
  for (const auto& other : written.depends_on) {
    if (stack.services.contains(other.service)) result.depends_on.push_back(other.service);
  }
  result.run_always = written.one_off.always;
  result.loc = written.loc;
  result.image_loc = written.image_loc;
  result.places = places_of(written);
  return result;
}

/// Whoever is named under a one-off's x-skep-before depends on it.
void mark_one_offs(const stack::Stack& stack, std::vector<DesiredService>& services) {
  const auto one_offs = stack.one_offs();
  std::map<std::string, std::vector<std::string>> behind;  // service → one-offs before it
  for (const auto& name : one_offs) {
    for (const auto& other : stack.services.at(name).one_off.before)
      behind[other.service].push_back(name);
  }
  for (auto& service : services) {
    service.one_off = one_offs.contains(service.key);
    const auto found = behind.find(service.key);
    if (found != behind.end())
      service.depends_on.insert(service.depends_on.end(), found->second.begin(),
                                found->second.end());
  }
}

template <typename T>
void sort_by_name(std::vector<T>& things) {
  std::sort(things.begin(), things.end(), [](const T& a, const T& b) { return a.name < b.name; });
}

}  // namespace

Desired convert(const stack::Stack& stack, const std::string& name, Diagnostics& problems) {
  const Namespace names{name};
  Desired desired;
  desired.stack = name;
  desired.as_docker = stack.compat == stack::Compat::docker;
  desired.networks = networks(stack, names);
  desired.secrets = objects(stack.secrets, used_secrets(stack), names);
  desired.configs = objects(stack.configs, used_configs(stack), names);
  for (const auto& [key, written] : stack.services)
    desired.services.push_back(service(written, stack, names));
  mark_one_offs(stack, desired.services);
  sort_by_name(desired.networks);
  sort_by_name(desired.secrets);
  sort_by_name(desired.configs);
  sort_by_name(desired.services);
  check_names(desired, problems);
  keep_one_of_each_name(desired);
  check_gateway_labels(stack, names, problems);
  return desired;
}

}  // namespace skep::convert
