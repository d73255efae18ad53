#pragma once
// What a service of a Compose file is made of, as values. What was not written stays empty or
// unset.
#include "base/diagnostics.hpp"
#include "stack/deploy.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace skep::stack {

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
  SourceLoc target_loc;
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
  SourceLoc target_loc;
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

}  // namespace skep::stack
