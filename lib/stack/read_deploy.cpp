// deploy, and the service's own keys that mean the same: scale, cpus, mem_limit, mem_reservation,
// pids_limit.
#include "stack/check.hpp"
#include "stack/readers.hpp"
#include "stack/short_syntax.hpp"
#include "swarm/constraint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <strings.h>

namespace skep::stack {
namespace {

// swarmkit manager/controlapi/service.go, validateResources. Of a limit the engine asks for more
// when it starts the task (moby daemon/daemon_unix.go, linuxMinMemory).
constexpr std::int64_t kLeastNanoCpus = 1'000'000;
constexpr std::int64_t kLeastLimitMib = 6;
constexpr std::int64_t kLeastReservedMib = 4;

std::optional<UpdateConfig> update_config(const Cursor& cursor) {
  if (!cursor.is_map()) return std::nullopt;
  UpdateConfig config;
  config.parallelism = cursor.at("parallelism").count();
  config.delay = cursor.at("delay").duration().value_or(Duration{0});
  config.failure_action = cursor.at("failure_action").text();
  config.monitor = cursor.at("monitor").duration().value_or(Duration{0});
  const Cursor ratio = cursor.at("max_failure_ratio");
  config.max_failure_ratio = ratio.number().value_or(0);
  if (!(config.max_failure_ratio >= 0 && config.max_failure_ratio <= 1)) {  // nor is .nan one
    ratio.error("is no ratio", "write one from 0 to 1");
  }
  config.order = cursor.at("order").text();
  return config;
}

/// One enum of the engine's for both (moby daemon/cluster/convert/service.go), but from a way back
/// there is no way back (swarmkit manager/orchestrator/update/updater.go).
void say_what_rollback_means(const Cursor& action) {
  if (action.text() != "rollback") return;
  action.context().problems.add({Severity::notice, action.loc(), action.path(),
                                 "\"rollback\" means pause here: a rollback is not rolled back",
                                 "write pause", /*repeats=*/true});
}

std::optional<RestartPolicy> restart_policy(const Cursor& cursor) {
  if (!cursor.is_map()) return std::nullopt;
  return RestartPolicy{cursor.at("condition").text(), cursor.at("delay").duration(),
                       cursor.at("max_attempts").count(), cursor.at("window").duration()};
}

std::int64_t cpus(const Cursor& cursor) {
  if (!cursor.filled() || cursor.is_map() || cursor.is_list()) return 0;
  if (cursor.node().text().empty()) return 0;  // as docker reads ""
  const auto parsed = parse_cpus(cursor.node().text());
  if (!parsed.error.empty()) cursor.error(parsed.error, parsed.hint);
  if (parsed.value > 0 && parsed.value < kLeastNanoCpus) {
    cursor.engine_refuses("below 0.001, the least that the engine takes", "write 0.001 or more");
  }
  return parsed.value;
}

/// The engine takes no limit, nor a reservation, of less.
std::int64_t memory_of(const Cursor& cursor, std::int64_t least_mib) {
  const std::int64_t bytes = cursor.size();
  if (bytes != 0 && bytes < least_mib << 20) {
    cursor.engine_refuses(fmt::format("below {} MiB, the least that the engine takes", least_mib),
                          fmt::format("write {}m or more", least_mib));
  }
  return bytes;
}
std::int64_t limit_of_memory(const Cursor& cursor) {
  return memory_of(cursor, kLeastLimitMib);
}
std::int64_t reserved_memory(const Cursor& cursor) {
  return memory_of(cursor, kLeastReservedMib);
}

std::vector<std::optional<GenericResource>> generic_resources(const Cursor& cursor) {
  std::vector<std::optional<GenericResource>> result;
  for (const auto& item : cursor.items()) {
    const Cursor spec = item.at("discrete_resource_spec");
    if (!spec.is_map()) {
      result.emplace_back();
      continue;
    }
    result.push_back(
        GenericResource{spec.at("kind").text(), spec.at("value").integer().value_or(0)});
  }
  return result;
}

std::optional<Limits> limits(const Cursor& cursor) {
  if (!cursor.is_map()) return std::nullopt;
  return Limits{cpus(cursor.at("cpus")), limit_of_memory(cursor.at("memory")),
                cursor.at("pids").integer().value_or(0)};
}

std::optional<Reservations> reservations(const Cursor& cursor) {
  if (!cursor.is_map()) return std::nullopt;
  return Reservations{cpus(cursor.at("cpus")), reserved_memory(cursor.at("memory")),
                      generic_resources(cursor.at("generic_resources"))};
}

/// swarmkit manager/scheduler/nodeset.go: over anything else it does not spread, and says nothing.
void check_spread(const Cursor& cursor) {
  const std::string written = cursor.text();
  const auto begins = [&](std::string_view start) {
    return written.size() > start.size() &&
           ::strncasecmp(written.c_str(), start.data(), start.size()) == 0;
  };
  if (!cursor.is_text() || !cursor.options().whole || begins("node.labels.") ||
      begins("engine.labels."))
    return;
  cursor.warning(fmt::format("Swarm does not spread over \"{}\"", written),
                 "write node.labels.NAME or engine.labels.NAME");
}

Placement placement(const Cursor& cursor) {
  Placement result;
  result.constraints = cursor.at("constraints").texts();
  for (const auto& item : cursor.at("constraints").items()) {
    result.constraints_at.emplace(item.scalar(), item.loc());
    const auto wrong = swarm::wrong_with_constraint(item.scalar());
    if (wrong.empty()) continue;
    item.engine_refuses(
        fmt::format("\"{}\" is not a placement constraint: {}", item.scalar(), wrong),
        swarm::kConstraintHint);
  }
  for (const auto& item : cursor.at("preferences").items()) {
    result.spread.push_back(item.at("spread").text());
    check_spread(item.at("spread"));
  }
  result.max_replicas_per_node = cursor.at("max_replicas_per_node").count().value_or(0);
  return result;
}

constexpr const char* kLive = "live";

/// "amd64" as Swarm's nodes say it (uname -m); "" when skep does not know it.
std::string node_architecture(const std::string& name) {
  constexpr std::array<std::array<std::string_view, 2>, 8> kNames = {{{"amd64", "x86_64"},
                                                                      {"x86_64", "x86_64"},
                                                                      {"arm64", "aarch64"},
                                                                      {"arm64/v8", "aarch64"},
                                                                      {"arm/v7", "armv7l"},
                                                                      {"ppc64le", "ppc64le"},
                                                                      {"s390x", "s390x"},
                                                                      {"riscv64", "riscv64"}}};
  for (const auto& [written, node] : kNames) {
    if (written == name) return std::string(node);
  }
  return "";
}

/// `platform: linux/arm64` means nodes of that kind; what is built is built for it.
void add_platform(const Cursor& cursor, Placement& placement) {
  const std::string written = cursor.text();
  if (written.empty()) return;
  const auto slash = written.find('/');
  const std::string os = written.substr(0, slash);
  const std::string name = slash == std::string::npos ? "" : written.substr(slash + 1);
  const std::string architecture = node_architecture(name);
  if ((os != "linux" && os != "windows") || (architecture.empty() && !name.empty())) {
    return cursor.error(fmt::format("\"{}\" is no platform that skep knows", written),
                        "write one such as linux/amd64 or linux/arm64, or a constraint on "
                        "node.platform.arch");
  }
  const auto add = [&](const std::string& constraint) {
    placement.constraints.push_back(constraint);
    placement.constraints_at.emplace(constraint, cursor.loc());
  };
  add("node.platform.os == " + os);
  if (!architecture.empty()) add("node.platform.arch == " + architecture);
}

/// The value of the service's own key, or nullopt where there is none, or `deploy` has it: a file
/// for Compose and for docker stack deploy says it twice, and the same.
template <typename Value>
std::optional<Value> own_value(const Cursor& own, const Cursor& in_deploy,
                               Value (*read)(const Cursor&)) {
  if (!own.filled()) return std::nullopt;
  const Value value = read(own);
  if (!in_deploy.filled()) return value;
  if (value != read(in_deploy))
    own.error(fmt::format("is said twice, and {} is another value", in_deploy.path()),
              "remove one of them, or write the same");
  return std::nullopt;
}

std::int64_t integer_of(const Cursor& cursor) {
  return cursor.integer().value_or(0);
}
/// nullopt for `live`.
std::optional<std::uint64_t> replicas_of(const Cursor& cursor) {
  return cursor.is_text() && cursor.text() == kLive ? std::nullopt : cursor.count();
}

void take_own_keys(const Cursor& service, Deploy& deploy) {
  const Cursor resources = service.at("deploy").at("resources");
  const auto limit = [&](const char* own, const char* key, auto read) {
    return own_value(service.at(own), resources.at("limits").at(key), read);
  };
  if (const auto scale =
          own_value(service.at("scale"), service.at("deploy").at("replicas"), replicas_of)) {
    deploy.replicas = *scale;
    deploy.replicas_loc = service.at("scale").loc();
  }
  Limits limits = deploy.limits.value_or(Limits{});
  if (const auto value = limit("cpus", "cpus", cpus)) limits.nano_cpus = *value;
  if (const auto value = limit("mem_limit", "memory", limit_of_memory)) limits.memory = *value;
  if (const auto value = limit("pids_limit", "pids", integer_of)) limits.pids = *value;
  if (limits != Limits{}) deploy.limits = limits;
  if (const auto value = own_value(service.at("mem_reservation"),
                                   resources.at("reservations").at("memory"), reserved_memory)) {
    if (!deploy.reservations) deploy.reservations.emplace();
    deploy.reservations->memory = *value;
  }
}

/// `memswap_limit` is memory and swap together, as for Compose; Swarm wants the swap alone.
void take_swap(const Cursor& service, Deploy& deploy) {
  if (service.as_docker()) return;
  const Cursor limit = service.at("memswap_limit");
  const Cursor swappiness = service.at("mem_swappiness");
  deploy.swappiness = swappiness.integer();
  if (deploy.swappiness && (*deploy.swappiness < 0 || *deploy.swappiness > 100))
    swappiness.error(fmt::format("{} is out of range", *deploy.swappiness),
                     "write one from 0 to 100");
  const std::int64_t memory = deploy.limits ? deploy.limits->memory : 0;
  const bool no_limit = limit.integer() == -1;
  const std::int64_t both = no_limit || !limit.filled() ? 0 : limit.size();
  if (!no_limit && both == 0) return;
  if (memory == 0) {
    limit.error("needs a limit of memory", "add mem_limit, or deploy.resources.limits.memory");
  } else if (!no_limit && both < memory) {
    limit.error("is less than the limit of memory, which it holds",
                "write memory and swap together");
  }
  deploy.swap = no_limit ? -1 : std::max<std::int64_t>(both - memory, 0);
}

}  // namespace

Deploy deploy(const Cursor& service) {
  const Cursor cursor = service.at("deploy");
  Deploy deploy;
  deploy.mode = cursor.at("mode").text();
  deploy.mode_loc = cursor.at("mode").loc();
  const Cursor replicas = cursor.at("replicas");
  deploy.live_replicas = !replicas.as_docker() && replicas.is_text() && replicas.text() == kLive;
  if (!deploy.live_replicas) deploy.replicas = replicas.count();
  deploy.replicas_loc = cursor.at("replicas").loc();
  deploy.endpoint_mode = cursor.at("endpoint_mode").text();
  deploy.endpoint_loc = cursor.at("endpoint_mode").loc();
  deploy.labels = cursor.at("labels").pairs();
  deploy.labels_at = places_of(cursor.at("labels"));
  deploy.update_config = update_config(cursor.at("update_config"));
  deploy.update_loc = cursor.at("update_config").key_loc();
  deploy.rollback_config = update_config(cursor.at("rollback_config"));
  deploy.rollback_loc = cursor.at("rollback_config").key_loc();
  say_what_rollback_means(cursor.at("rollback_config").at("failure_action"));
  deploy.restart_policy = restart_policy(cursor.at("restart_policy"));
  deploy.limits = limits(cursor.at("resources").at("limits"));
  deploy.reservations = reservations(cursor.at("resources").at("reservations"));
  deploy.placement = placement(cursor.at("placement"));
  add_platform(service.at("platform"), deploy.placement);
  take_own_keys(service, deploy);
  take_swap(service, deploy);
  return deploy;
}

}  // namespace skep::stack
