#include "engine/services.hpp"

#include "base/json_at.hpp"
#include "engine/networks.hpp"
#include "swarm/parse.hpp"

#include <nlohmann/json.hpp>

namespace skep::engine {

namespace {

std::string path_of(const std::string& service) {
  return "/services/" + segment(service);
}

/// Up to API 1.43 a create says "Warning" (one text), an update and newer creates "Warnings" (a
/// list, or null).
ServiceWritten parse_written(const Json& answer) {
  ServiceWritten written{.id = text_of(answer, "ID"), .warnings = {}};
  if (const auto one = text_of(answer, "Warning"); !one.empty()) written.warnings.push_back(one);
  for (const auto& warning : list_at(answer, {"Warnings"})) {
    if (auto text = text_at(warning, {}); !text.empty()) written.warnings.push_back(text);
  }
  return written;
}

ServiceWritten write_service(Transport& engine, Request request, const RegistryAuth& registry_auth,
                             std::stop_token stop) {
  registry_auth.add_to(request);
  return parse_written(call_json(engine, request, std::move(stop)));
}

}  // namespace

Json list_services_json(Transport& engine, const Filters& filters, std::stop_token stop) {
  Pairs query;
  add_filters(query, filters);
  return call_list(engine, get("/services", std::move(query)), std::move(stop));
}

std::vector<swarm::Service> list_services(Transport& engine, const swarm::Names& names,
                                          const Filters& filters, std::stop_token stop) {
  const auto services = list_services_json(engine, filters, stop);
  const auto all_names = with_docker_networks(engine, services, names, std::move(stop));
  std::vector<swarm::Service> result;
  for (const auto& service : services) result.push_back(swarm::parse_service(service, all_names));
  return result;
}

std::vector<ServiceCount> count_services(Transport& engine, const Filters& filters,
                                         std::stop_token stop) {
  Pairs query{{"status", "true"}};
  add_filters(query, filters);
  std::vector<ServiceCount> counts;
  const auto take = [&](const Json& service) {
    counts.push_back({.id = text_of(service, "ID"),
                      .name = text_at(service, {"Spec", "Name"}),
                      .stack = text_at(service, {"Spec", "Labels", swarm::kNamespaceLabel}),
                      .running = count_at(service, {"ServiceStatus", "RunningTasks"}),
                      .desired = count_at(service, {"ServiceStatus", "DesiredTasks"}),
                      .completed = count_at(service, {"ServiceStatus", "CompletedTasks"})});
  };
  call_each(engine, get("/services", std::move(query)), take, std::move(stop));
  return counts;
}

Json inspect_service_json(Transport& engine, const std::string& service, std::stop_token stop) {
  return call_json(engine, get(path_of(service)), std::move(stop));
}

Json inspect_service_with_defaults(Transport& engine, const std::string& service,
                                   std::stop_token stop) {
  return call_json(engine, get(path_of(service), {{"insertDefaults", "true"}}), std::move(stop));
}

std::optional<swarm::Service> find_service(Transport& engine, const std::string& service,
                                           const swarm::Names& names, std::stop_token stop) {
  const auto request = get(path_of(service));
  auto answer = engine.send(request, {}, stop);
  if (answer.status == 404) return std::nullopt;
  const auto object = parse_json(require(std::move(answer), request).body, name_of(request));
  return swarm::parse_service(
      object, with_docker_networks(engine, Json::array({object}), names, std::move(stop)));
}

ServiceWritten create_service(Transport& engine, const Json& spec,
                              const RegistryAuth& registry_auth, std::stop_token stop) {
  return write_service(engine, post("/services/create", spec), registry_auth, std::move(stop));
}

ServiceWritten update_service(Transport& engine, const std::string& id, std::uint64_t version,
                              const Json& spec, const RegistryAuth& registry_auth,
                              std::stop_token stop) {
  Pairs query{{"version", std::to_string(version)}};
  if (registry_auth.is_anonymous()) query.emplace_back("registryAuthFrom", "spec");
  return write_service(engine, post(path_of(id) + "/update", spec, std::move(query)), registry_auth,
                       std::move(stop));
}

void remove_service(Transport& engine, const std::string& id, std::stop_token stop) {
  write(engine, remove(path_of(id)), std::move(stop));
}

}  // namespace skep::engine
