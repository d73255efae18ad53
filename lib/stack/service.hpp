#pragma once
// One service of a Compose file as values: short forms are expanded, paths are absolute, env files
// are read. What was not written stays empty or unset.
#include "base/diagnostics.hpp"
#include "stack/deploy.hpp"
#include "stack/service_parts.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::stack {

/// A variable without a value (`A` in a list, `A:` in a map) that is not set where skep runs either
/// has nullopt: the container then gets it removed (that is how moby reads "A").
using Environment = std::map<std::string, std::optional<std::string>>;

struct Service {
  std::string name;  // the key
  std::string image;
  std::optional<Build> build;
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  Environment environment;  // env files laid under `environment`
  Pairs labels;
  std::map<std::string, NetworkUse> networks;  // empty: the default network
  std::vector<Port> ports;
  std::vector<Mount> mounts;
  std::vector<FileReference> secrets;
  std::vector<FileReference> configs;
  std::vector<Dependency> depends_on;
  OneOff one_off;
  std::optional<HealthCheck> healthcheck;
  std::optional<Logging> logging;
  CredentialSpec credential_spec;
  Security security;
  std::string network_mode;  // host, bridge: instead of networks
  std::string restart;       // as written; deploy.restart_policy wins over it
  std::string hostname, user, working_dir, stop_signal, isolation;
  std::optional<Duration> stop_grace_period;
  std::vector<std::string> group_add, cap_add, cap_drop, dns, dns_search, dns_opt;
  bool dns_written = false;              // dns or dns_search is written, even if empty
  std::vector<std::string> extra_hosts;  // "host:address", in order
  Pairs sysctls;
  std::map<std::string, Ulimit> ulimits;
  std::int64_t oom_score_adj = 0;
  std::optional<bool> init;
  bool tty = false, stdin_open = false, read_only = false;
  Deploy deploy;
  SourceLoc loc;
  SourceLoc image_loc;
  Places labels_at;
  bool operator==(const Service&) const = default;
};

}  // namespace skep::stack
