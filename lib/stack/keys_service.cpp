// Rows of services.*, but deploy.
#include "stack/keys.hpp"

namespace skep::stack {
namespace {

constexpr std::string_view kCpus =
    "Swarm limits CPUs by number alone: deploy.resources.limits.cpus";
constexpr std::string_view kIgnores = "docker stack deploy ignores it";
constexpr std::string_view kNotBuilt =
    "skep does not build with it yet: build elsewhere, push, and name the image without build";

// clang-format off
std::vector<Key> running_keys() {
  using F = Form;
  using S = Status;
  return {
      {"services.*.image", F::text},
      {"services.*.command", F::command},
      {"services.*.entrypoint", F::command},
      {"services.*.environment", F::pairs},
      {"services.*.env_file", F::list_or_text_or_map},
      {"services.*.env_file.[]", F::text_or_map},
      {"services.*.env_file.[].path", F::text},
      {"services.*.env_file.[].required", F::boolean},
      {"services.*.env_file.[].format", F::text, S::converted, "", "raw"},
      {"services.*.labels", F::pairs},
      {"services.*.label_file", F::text_or_list},
      {"services.*.platform", F::text, S::converted, "constraints on node.platform.os and node.platform.arch; what is built is built for it"},
      {"services.*.hostname", F::text},
      {"services.*.user", F::text},
      {"services.*.working_dir", F::text},
      {"services.*.group_add", F::list_of_text_or_number},
      {"services.*.read_only", F::boolean},
      {"services.*.stdin_open", F::boolean},
      {"services.*.tty", F::boolean},
      {"services.*.init", F::boolean},
      {"services.*.isolation", F::text},
      {"services.*.stop_grace_period", F::duration},
      {"services.*.stop_signal", F::text},
      {"services.*.sysctls", F::pairs},
      {"services.*.cap_add", F::list_of_text},
      {"services.*.cap_drop", F::list_of_text},
      {"services.*.oom_score_adj", F::integer, S::converted, "", "", "docker reads it and loses it"},
      {"services.*.ulimits", F::map},
      {"services.*.ulimits.*", F::integer_or_map},
      {"services.*.ulimits.*.soft", F::integer},
      {"services.*.ulimits.*.hard", F::integer},
      {"services.*.restart", F::text},
      {"services.*.depends_on", F::list_or_map, S::converted, "", "", "docker starts services in any order"},
      {"services.*.depends_on.*", F::map},
      {"services.*.depends_on.*.condition", F::text, S::converted, "", "service_started|service_healthy|service_completed_successfully"},
      {"services.*.depends_on.*.restart", F::boolean, S::ignored, "Swarm restarts no service because of another"},
      {"services.*.depends_on.*.required", F::boolean},
      {"services.*.depends_on.[]", F::text},
      {"services.*.x-skep-before", F::list_of_text, S::converted, "", "", "docker does not know it"},
      {"services.*.x-skep-run", F::text, S::converted, "", "changed|always", "docker does not know it"},
      {"services.*.healthcheck", F::map},
      {"services.*.healthcheck.test", F::text_or_list},
      {"services.*.healthcheck.interval", F::duration},
      {"services.*.healthcheck.timeout", F::duration},
      {"services.*.healthcheck.start_period", F::duration},
      {"services.*.healthcheck.start_interval", F::duration},
      {"services.*.healthcheck.retries", F::integer},
      {"services.*.healthcheck.disable", F::boolean},
      {"services.*.logging", F::map},
      {"services.*.logging.driver", F::text},
      {"services.*.logging.options", F::options},
      {"services.*.security_opt", F::list_of_text, S::converted, "no-new-privileges, seccomp and apparmor from Engine 25 on", "", kIgnores},
      {"services.*.credential_spec", F::map},
      {"services.*.credential_spec.config", F::text},
      {"services.*.credential_spec.file", F::text},
      {"services.*.credential_spec.registry", F::text},
      {"services.*.scale", F::integer},
      {"services.*.cpus", F::text_or_number},
      {"services.*.mem_limit", F::size},
      {"services.*.mem_reservation", F::size},
      {"services.*.memswap_limit", F::size, S::converted, "memory and swap together; from Engine 29 on"},
      {"services.*.mem_swappiness", F::integer, S::converted, "from Engine 29 on"},
      {"services.*.pids_limit", F::integer},
      {"services.*.profiles", F::list_of_text},
      {"services.*.extends", F::text_or_map},
      {"services.*.extends.service", F::text},
      {"services.*.extends.file", F::text},
  };
}

std::vector<Key> attached_keys() {
  using F = Form;
  using S = Status;
  return {
      {"services.*.network_mode", F::text, S::converted, "host and bridge", "", kIgnores},
      {"services.*.networks", F::list_or_map},
      {"services.*.networks.[]", F::text},
      {"services.*.networks.*", F::map_or_null},
      {"services.*.networks.*.aliases", F::list_of_text},
      {"services.*.networks.*.driver_opts", F::options},
      {"services.*.networks.*.ipv4_address", F::text, S::impossible, "Swarm gives each task its address"},
      {"services.*.networks.*.ipv6_address", F::text, S::impossible, "Swarm gives each task its address"},
      {"services.*.networks.*.link_local_ips", F::list_of_text, S::impossible, "Swarm gives each task its address"},
      {"services.*.networks.*.mac_address", F::text, S::impossible, "Swarm gives each task its address"},
      {"services.*.networks.*.interface_name", F::text, S::converted, "from Engine 28 on"},
      {"services.*.networks.*.priority", F::number, S::impossible, "Swarm orders the networks"},
      {"services.*.networks.*.gw_priority", F::number, S::impossible, "Swarm chooses the gateway"},
      {"services.*.dns", F::text_or_list},
      {"services.*.dns_search", F::text_or_list},
      {"services.*.dns_opt", F::list_of_text},
      {"services.*.extra_hosts", F::hosts, S::converted, "a host of the map may have a list of addresses"},
      {"services.*.ports", F::list},
      {"services.*.ports.[]", F::port},
      {"services.*.ports.[].target", F::integer},
      {"services.*.ports.[].published", F::text_or_number},
      {"services.*.ports.[].protocol", F::text, S::converted, "", "~tcp|udp|sctp"},
      {"services.*.ports.[].mode", F::text, S::converted, "ingress or host, in any case; the engine takes all else for ingress"},
      {"services.*.ports.[].host_ip", F::text, S::impossible, "Swarm publishes on every address of the node"},
      {"services.*.ports.[].name", F::text, S::ignored, "a name for people"},
      {"services.*.ports.[].app_protocol", F::text, S::ignored, "a note for people"},
      {"services.*.volumes", F::list},
      {"services.*.volumes.[]", F::text_or_map},
      {"services.*.volumes.[].type", F::text, S::converted, "but image, which is not on Swarm", "volume|bind|tmpfs|npipe|cluster|image"},
      {"services.*.volumes.[].source", F::text},
      {"services.*.volumes.[].target", F::text},
      {"services.*.volumes.[].read_only", F::boolean},
      {"services.*.volumes.[].consistency", F::text},
      {"services.*.volumes.[].bind", F::map},
      {"services.*.volumes.[].bind.propagation", F::text, S::converted, "", "rprivate|private|rshared|shared|rslave|slave"},
      {"services.*.volumes.[].bind.create_host_path", F::boolean, S::ignored, "Swarm mounts only what is there on the node"},
      {"services.*.volumes.[].bind.recursive", F::text, S::converted, "enabled and disabled", "enabled|disabled|writable|readonly", "docker drops it"},
      {"services.*.volumes.[].bind.selinux", F::text, S::impossible, "Swarm has no z and Z; label the folder on the node"},
      {"services.*.volumes.[].volume", F::map},
      {"services.*.volumes.[].volume.nocopy", F::boolean},
      {"services.*.volumes.[].volume.subpath", F::text},
      {"services.*.volumes.[].volume.labels", F::pairs, S::converted, "", "", "docker drops it"},
      {"services.*.volumes.[].tmpfs", F::map},
      {"services.*.volumes.[].tmpfs.size", F::size},
      {"services.*.volumes.[].tmpfs.mode", F::integer, S::converted, "", "", "docker takes it and drops it"},
      {"services.*.volumes.[].image", F::map, S::impossible, kNoImages},
      {"services.*.volumes.[].image.subpath", F::text, S::impossible, kNoImages},
      {"services.*.volumes.[].cluster", F::map_or_null},
      {"services.*.tmpfs", F::text_or_list, S::converted, "", "", "docker drops it; write volumes: [{type: tmpfs, target: …}]"},
      {"services.*.secrets", F::list},
      {"services.*.secrets.[]", F::text_or_map},
      {"services.*.secrets.[].source", F::text},
      {"services.*.secrets.[].target", F::text},
      {"services.*.secrets.[].uid", F::text_or_number},
      {"services.*.secrets.[].gid", F::text_or_number},
      {"services.*.secrets.[].mode", F::text_or_number},
      {"services.*.configs", F::list},
      {"services.*.configs.[]", F::text_or_map},
      {"services.*.configs.[].source", F::text},
      {"services.*.configs.[].target", F::text},
      {"services.*.configs.[].uid", F::text_or_number},
      {"services.*.configs.[].gid", F::text_or_number},
      {"services.*.configs.[].mode", F::text_or_number},
  };
}

std::vector<Key> build_keys() {
  using F = Form;
  using S = Status;
  return {
      {"services.*.build", F::text_or_map, S::converted, "", "", "docker deploys what is in the registry"},
      {"services.*.build.context", F::text},
      {"services.*.build.dockerfile", F::text},
      {"services.*.build.args", F::pairs},
      {"services.*.build.target", F::text},
      {"services.*.build.labels", F::pairs},
      {"services.*.build.platforms", F::list_of_text, S::converted, "one of them; several need a build elsewhere"},
      {"services.*.build.no_cache", F::boolean, S::converted, "builds in each release, as --no-cache does"},
      {"services.*.build.pull", F::boolean, S::converted, "builds in each release, as --pull does"},
      {"services.*.build.additional_contexts", F::any, S::refused, kNotBuilt},
      {"services.*.build.dockerfile_inline", F::any, S::refused, "write it into a file, and name that under dockerfile"},
      {"services.*.build.entitlements", F::any, S::refused, kNotBuilt},
      {"services.*.build.extra_hosts", F::any, S::refused, kNotBuilt},
      {"services.*.build.isolation", F::any, S::refused, kNotBuilt},
      {"services.*.build.network", F::any, S::refused, kNotBuilt},
      {"services.*.build.no_cache_filter", F::any, S::refused, "write no_cache: true"},
      {"services.*.build.privileged", F::any, S::refused, kNotBuilt},
      {"services.*.build.secrets", F::any, S::refused, kNotBuilt},
      {"services.*.build.shm_size", F::any, S::refused, kNotBuilt},
      {"services.*.build.ssh", F::any, S::refused, kNotBuilt},
      {"services.*.build.ulimits", F::any, S::refused, kNotBuilt},
      {"services.*.build.cache_from", F::any, S::ignored, "the engine's own cache is used"},
      {"services.*.build.cache_to", F::any, S::ignored, "the engine's own cache is used"},
      {"services.*.build.provenance", F::any, S::ignored, "a note beside the image"},
      {"services.*.build.sbom", F::any, S::ignored, "a note beside the image"},
      {"services.*.build.tags", F::any, S::ignored, "the release's tag is pushed"},
  };
}

std::vector<Key> refused_keys() {
  using F = Form;
  using S = Status;
  return {
      {"services.*.container_name", F::text, S::ignored, "Swarm names the containers"},
      {"services.*.expose", F::list_of_text_or_number, S::ignored, "services on one network reach each other on every port"},
      {"services.*.attach", F::any, S::ignored, "only for `docker compose up`"},
      {"services.*.develop", F::any, S::ignored, "only for `docker compose watch`"},
      {"services.*.pull_policy", F::any, S::ignored, "what is deployed is a digest; nodes pull it when they lack it"},
      {"services.*.pull_refresh_after", F::any, S::ignored, "what is deployed is a digest"},
      {"services.*.annotations", F::any, S::impossible, "use labels"},
      {"services.*.blkio_config", F::any, S::impossible, "Swarm has no limits of block devices"},
      {"services.*.cgroup", F::any, S::impossible, "Swarm chooses the cgroup"},
      {"services.*.cgroup_parent", F::any, S::impossible, "Swarm chooses the cgroup"},
      {"services.*.cgroupns_mode", F::any, S::impossible, "Swarm chooses the cgroup"},
      {"services.*.cpu_count", F::any, S::impossible, kCpus},
      {"services.*.cpu_percent", F::any, S::impossible, kCpus},
      {"services.*.cpu_period", F::any, S::impossible, kCpus},
      {"services.*.cpu_quota", F::any, S::impossible, kCpus},
      {"services.*.cpu_rt_period", F::any, S::impossible, kCpus},
      {"services.*.cpu_rt_runtime", F::any, S::impossible, kCpus},
      {"services.*.cpu_shares", F::any, S::impossible, kCpus},
      {"services.*.cpuset", F::any, S::impossible, kCpus},
      {"services.*.device_cgroup_rules", F::any, S::impossible, "Swarm gives services no devices"},
      {"services.*.devices", F::any, S::impossible, "Swarm gives services no devices"},
      {"services.*.domainname", F::any, S::impossible, "write the whole name into hostname"},
      {"services.*.external_links", F::any, S::impossible, "put both services on one network"},
      {"services.*.gpus", F::any, S::impossible, "reserve a generic resource: deploy.resources.reservations.generic_resources"},
      {"services.*.ipc", F::any, S::impossible, "each task has its own"},
      {"services.*.links", F::any, S::impossible, "services on one network find each other by name; use network aliases"},
      {"services.*.mac_address", F::any, S::impossible, "Swarm gives each task its address"},
      {"services.*.models", F::any, S::impossible, "Swarm runs containers only"},
      {"services.*.oom_kill_disable", F::any, S::impossible, "Swarm has no such switch; reserve the memory: deploy.resources.reservations.memory"},
      {"services.*.pid", F::any, S::impossible, "each task has its own"},
      {"services.*.post_start", F::any, S::impossible, "Swarm has no hooks; run it in the entrypoint"},
      {"services.*.pre_start", F::any, S::impossible, "Swarm has no hooks; write a service of its own, and depends_on with service_completed_successfully"},
      {"services.*.pre_stop", F::any, S::impossible, "Swarm has no hooks; catch stop_signal in the program"},
      {"services.*.privileged", F::any, S::impossible, "name the capabilities under cap_add"},
      {"services.*.provider", F::any, S::refused, "Swarm runs containers only"},
      {"services.*.runtime", F::any, S::impossible, "set the default runtime of the node"},
      {"services.*.shm_size", F::any, S::impossible, "mount a tmpfs with a size on /dev/shm"},
      {"services.*.storage_opt", F::any, S::impossible, "set the storage of the node"},
      {"services.*.use_api_socket", F::any, S::impossible, "mount the socket as a volume"},
      {"services.*.userns_mode", F::any, S::impossible, "set user namespaces on the node"},
      {"services.*.uts", F::any, S::impossible, "each task has its own"},
      {"services.*.volume_driver", F::any, S::impossible, "say the driver under the top-level volumes"},
      {"services.*.volumes_from", F::any, S::impossible, "mount one named volume into both services"},
  };
}
// clang-format on

}  // namespace

std::vector<Key> service_keys() {
  std::vector<Key> keys;
  for (const auto& more : {running_keys(), attached_keys(), build_keys(), refused_keys()}) {
    keys.insert(keys.end(), more.begin(), more.end());
  }
  return keys;
}

}  // namespace skep::stack
