#pragma once
// One service of a Compose file as values: short forms are expanded, paths are absolute, env files
// are read. What was not written stays empty or unset.
#include "base/diagnostics.hpp"
#include "stack/deploy.hpp"

namespace skep::stack {

/// A variable without a value (`A` in a list, `A:` in a map) that is not set where skep runs either
/// has nullopt: the container then gets it removed (that is how moby reads "A").
using Environment = std::map<std::string, std::optional<std::string>>;

struct Port {
  std::uint32_t target = 0;
  std::uint32_t published = 0;  // 0: the engine chooses
  std::string protocol;         // "" is tcp
  std::string mode;             // "" is ingress
  SourceLoc loc;
  bool operator==(const Port&) const = default;
};

/// One entry of `volumes`, or of the service's `tmpfs`.
struct Mount {
  struct Tmpfs {
    std::int64_t size = 0;
    std::uint32_t mode = 0;
    std::vector<std::string> options = {};  // exec, noexec
    bool operator==(const Tmpfs&) const = default;
  };
  struct Volume {
    bool nocopy = false;
    std::string subpath;
    Pairs labels = {};  // in addition to those of the top-level volume
    bool operator==(const Volume&) const = default;
  };
  std::string type;    // volume, bind, tmpfs, npipe, cluster; image as docker reads it
  std::string source;  // key of a volume, or a path; "" is an anonymous volume
  std::string target;
  bool read_only = false;
  std::string consistency;
  std::optional<std::string> propagation;  // set where `bind:` was written
  bool non_recursive = false;              // bind.recursive: disabled
  std::optional<Volume> volume;
  std::optional<Tmpfs> tmpfs;
  SourceLoc loc;
  bool operator==(const Mount&) const = default;
};

/// One entry of the service's `secrets` or `configs`.
struct FileReference {
  std::string source;  // key of the secret or config
  std::string target;  // "" is the source's key
  std::string uid;     // "" is 0
  std::string gid;
  std::optional<std::uint32_t> mode;  // unset is 0444
  SourceLoc loc;
  bool operator==(const FileReference&) const = default;
};

struct NetworkUse {
  std::vector<std::string> aliases;
  Pairs driver_opts;
  SourceLoc loc;
  bool operator==(const NetworkUse&) const = default;
};

struct HealthCheck {
  std::vector<std::string> test;
  Duration interval{0};
  Duration timeout{0};
  Duration start_period{0};
  Duration start_interval{0};
  std::uint64_t retries = 0;
  bool disable = false;
  bool operator==(const HealthCheck&) const = default;
};

struct Ulimit {
  std::int64_t soft = 0;
  std::int64_t hard = 0;
  bool operator==(const Ulimit&) const = default;
};

struct Logging {
  std::string driver;
  Pairs options;
  bool operator==(const Logging&) const = default;
};

struct CredentialSpec {
  std::string config;  // key of a config
  std::string file;
  std::string registry;
  SourceLoc loc;  // of config
  bool operator==(const CredentialSpec&) const = default;
};

/// The part of `security_opt` that Swarm has: ContainerSpec.Privileges.
struct Security {
  bool no_new_privileges = false;
  std::string seccomp;             // unconfined, custom; "" is the node's own
  std::string profile;             // for custom: the content of the file
  bool apparmor_disabled = false;  // apparmor=unconfined
  struct SeLinux {
    bool disable = false;
    std::string user, role, type, level;
    bool operator==(const SeLinux&) const = default;
  } selinux;
  bool operator==(const Security&) const = default;
};

/// `build:`; the context is an absolute path.
struct Build {
  std::string context;
  std::string dockerfile;
  Pairs args;
  std::string target;
  Pairs labels;
  std::string platform;  // the service's own: "linux/arm64"
  bool no_cache = false;
  bool pull = false;
  std::vector<Diagnostic> wrong = {};  // errors that make it impossible to build
  bool operator==(const Build&) const = default;
};

inline constexpr const char* kCompleted = "service_completed_successfully";

/// The order that `depends_on` asks for.
struct Dependency {
  std::string service;
  std::string condition = "service_started";
  SourceLoc loc;
  bool required = true;  // false: it may be missing
  bool operator==(const Dependency&) const = default;
};

/// A service that is not kept running but runs once, before others: it has `x-skep-before`, or a
/// `depends_on` with service_completed_successfully names it.
struct OneOff {
  std::vector<Dependency> before;  // x-skep-before: the services that wait for its end
  bool always = false;  // x-skep-run: always; else it runs when its spec changed or it failed
  SourceLoc run_loc;
  bool operator==(const OneOff&) const = default;
};

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
