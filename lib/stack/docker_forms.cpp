#include "stack/docker_forms.hpp"

#include "yaml/typing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace skep::stack {

// Forms: docker/cli cli/compose/schema/data/config_schema_v3.13.json, and shm_size's decoder.
// Casts: cli/compose/loader/interpolate.go.
const std::map<std::string_view, DockerForm>& docker_forms() {
  using F = Form;
  // clang-format off
  static const std::map<std::string_view, DockerForm> rows = {
      {"configs.*.external", {F::boolean_or_map, true}},
      {"networks.*.attachable", {F::boolean, true}},
      {"networks.*.external", {F::boolean_or_map, true}},
      {"networks.*.internal", {F::boolean, true}},
      {"secrets.*.external", {F::boolean_or_map, true}},
      {"services.*.build.cache_from", {F::list_of_text}},
      {"services.*.build.extra_hosts", {F::pairs}},
      {"services.*.extra_hosts", {F::pairs}},
      {"services.*.build.network", {F::text}},
      {"services.*.build.shm_size", {F::size}},
      {"services.*.cgroup_parent", {F::text}},
      {"services.*.cgroupns_mode", {F::text}},
      {"services.*.command", {F::text_or_list}},
      {"services.*.configs.[].gid", {F::text}},
      {"services.*.configs.[].mode", {F::integer, true}},
      {"services.*.configs.[].uid", {F::text}},
      {"services.*.depends_on", {F::list_of_text}},
      {"services.*.deploy.placement.max_replicas_per_node", {F::integer, true}},
      {"services.*.deploy.replicas", {F::integer, true}},
      {"services.*.deploy.resources.limits.cpus", {F::text}},
      {"services.*.deploy.resources.limits.memory", {F::text}},
      {"services.*.deploy.resources.reservations.cpus", {F::text}},
      {"services.*.deploy.resources.reservations.memory", {F::text}},
      {"services.*.deploy.restart_policy.max_attempts", {F::integer, true}},
      {"services.*.deploy.rollback_config.max_failure_ratio", {F::number, true}},
      {"services.*.deploy.rollback_config.parallelism", {F::integer, true}},
      {"services.*.deploy.update_config.max_failure_ratio", {F::number, true}},
      {"services.*.deploy.update_config.parallelism", {F::integer, true}},
      {"services.*.devices", {F::list_of_text}},
      {"services.*.domainname", {F::text}},
      {"services.*.entrypoint", {F::text_or_list}},
      {"services.*.env_file", {F::text_or_list}},
      {"services.*.env_file.[]", {F::text}},
      {"services.*.external_links", {F::list_of_text}},
      {"services.*.healthcheck.disable", {F::boolean, true}},
      {"services.*.healthcheck.retries", {F::integer, true}},
      {"services.*.ipc", {F::text}},
      {"services.*.links", {F::list_of_text}},
      {"services.*.mac_address", {F::text}},
      {"services.*.oom_score_adj", {F::integer, true}},
      {"services.*.pid", {F::text_or_null}},
      {"services.*.ports.[].published", {F::integer, true}},
      {"services.*.ports.[].target", {F::integer, true}},
      {"services.*.privileged", {F::boolean, true}},
      {"services.*.read_only", {F::boolean, true}},
      {"services.*.secrets.[].gid", {F::text}},
      {"services.*.secrets.[].mode", {F::integer, true}},
      {"services.*.secrets.[].uid", {F::text}},
      {"services.*.shm_size", {F::text}},
      {"services.*.stdin_open", {F::boolean, true}},
      {"services.*.tty", {F::boolean, true}},
      {"services.*.ulimits.*", {F::integer_or_map, true}},
      {"services.*.ulimits.*.hard", {F::integer, true}},
      {"services.*.ulimits.*.soft", {F::integer, true}},
      {"services.*.userns_mode", {F::text}},
      {"services.*.volumes.[].bind.create_host_path", {F::any}},
      {"services.*.volumes.[].bind.recursive", {F::any}},
      {"services.*.volumes.[].bind.selinux", {F::any}},
      {"services.*.volumes.[].read_only", {F::boolean, true}},
      {"services.*.volumes.[].tmpfs.size", {F::integer}},
      {"services.*.volumes.[].volume.labels", {F::any}},
      {"services.*.volumes.[].volume.nocopy", {F::boolean, true}},
      {"version", {F::text}},
      {"volumes.*.external", {F::boolean_or_map, true}},
  };
  // clang-format on
  return rows;
}

bool docker_drops_unknown(std::string_view path) {
  constexpr std::array<std::string_view, 9> kOpen = {"services.*.build",
                                                     "services.*.volumes.[].bind",
                                                     "services.*.volumes.[].volume",
                                                     "services.*.volumes.[].tmpfs",
                                                     "services.*.secrets.[]",
                                                     "services.*.configs.[]",
                                                     "secrets.*.external",
                                                     "configs.*.external",
                                                     "services.*.ulimits"};
  return std::find(kOpen.begin(), kOpen.end(), path) != kOpen.end();
}

// The same in every version of the schema, but for `volumes`, where its uniqueItems slipped into
// `items` with 3.2.
bool docker_holds_once(std::string_view path) {
  constexpr std::array<std::string_view, 16> kOnce = {"services.*.build.cache_from",
                                                      "services.*.cap_add",
                                                      "services.*.cap_drop",
                                                      "services.*.depends_on",
                                                      "services.*.devices",
                                                      "services.*.dns",
                                                      "services.*.dns_search",
                                                      "services.*.env_file",
                                                      "services.*.expose",
                                                      "services.*.external_links",
                                                      "services.*.links",
                                                      "services.*.networks",
                                                      "services.*.networks.*.aliases",
                                                      "services.*.ports",
                                                      "services.*.security_opt",
                                                      "services.*.tmpfs"};
  return std::find(kOnce.begin(), kOnce.end(), path) != kOnce.end();
}

std::string json_identity(const yaml::Node& node) {
  if (node.is_string()) return fmt::format("\"{}\"", node.text());
  if (node.is_scalar()) return yaml::plain_text(node);
  std::vector<std::string> parts;
  for (const auto& item : node.items()) parts.push_back(json_identity(item));
  for (const auto& entry : node.entries())
    parts.push_back(fmt::format("\"{}\": {}", entry.key, json_identity(entry.value)));
  if (node.is_map()) std::sort(parts.begin(), parts.end());
  return fmt::format("{} {}", node.is_map() ? "map" : "list", fmt::join(parts, ", "));
}

bool docker_zero_counts(std::string_view path) {
  constexpr std::array<std::string_view, 7> kCounted = {
      "services.*.configs.[].mode",
      "services.*.deploy.replicas",
      "services.*.deploy.restart_policy.max_attempts",
      "services.*.deploy.rollback_config.parallelism",
      "services.*.deploy.update_config.parallelism",
      "services.*.healthcheck.retries",
      "services.*.secrets.[].mode"};
  return std::find(kCounted.begin(), kCounted.end(), path) != kCounted.end();
}

std::string as_go_prints(const yaml::Node& value) {
  const std::string text = yaml::plain_text(value);
  if (value.type() == yaml::Type::integer) return fmt::format("%!s(int={})", text);
  if (value.type() == yaml::Type::floating) return fmt::format("%!s(float64={})", text);
  return text;
}

std::string_view docker_extensions(std::string_view path) {
  constexpr std::array<std::string_view, 5> kObjects = {"services.*", "networks.*", "volumes.*",
                                                        "secrets.*", "configs.*"};
  if (path.empty()) return "3.4";
  return std::find(kObjects.begin(), kObjects.end(), path) != kObjects.end() ? "3.7" : "";
}

}  // namespace skep::stack
