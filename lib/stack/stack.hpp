#pragma once
// A Compose file as values: what the user wants, in the file's own terms (names are keys of the
// file).
#include "base/compat.hpp"
#include "base/secret.hpp"
#include "stack/service.hpp"

#include <map>
#include <set>
#include <string>

namespace skep::stack {

using skep::Compat;

/// Top-level `networks`
struct Network {
  struct Pool {
    std::string subnet, gateway, ip_range;
    bool operator==(const Pool&) const = default;
  };
  std::string name;  // from `name:`; always set for an external one
  bool external = false;
  std::string driver;
  SourceLoc driver_loc;
  std::optional<Pairs> driver_opts;
  std::string ipam_driver;
  std::vector<Pool> ipam_config;
  Pairs ipam_options;
  bool internal = false;
  bool attachable = false;
  std::optional<bool> enable_ipv6;
  Pairs labels;
  SourceLoc loc;
  bool operator==(const Network&) const = default;
};

/// Top-level `volumes`; made on each node by its engine, when a task that mounts them starts there.
struct Volume {
  std::string name;
  bool external = false;
  std::string driver;
  std::optional<Pairs> driver_opts;
  Pairs labels;
  SourceLoc loc;
  bool operator==(const Volume&) const = default;
};

/// Top-level `secrets` and `configs`; the content is read.
struct FileObject {
  std::string name;
  bool external = false;
  Secret data;  // raw bytes of `file`, `content` or `environment`; of a config as well
  std::string driver;
  Pairs driver_opts;
  std::string template_driver;
  Pairs labels;
  SourceLoc loc;
  bool operator==(const FileObject&) const = default;
};

/// A service that is left out, because none of its profiles is enabled.
struct Disabled {
  std::vector<std::string> profiles;
  SourceLoc loc;
  bool operator==(const Disabled&) const = default;
};

struct Stack {
  /// The services that are one-offs: they have `x-skep-before`, or another service waits for their
  /// success. Never a job, which Swarm itself runs.
  std::set<std::string> one_offs() const;

  std::string version;  // as written
  std::string name;     // top-level `name`; the command decides whether the stack gets it
  std::map<std::string, Service> services;
  std::map<std::string, Disabled> disabled;
  std::map<std::string, Network> networks;
  std::map<std::string, Volume> volumes;
  std::map<std::string, FileObject> secrets;
  std::map<std::string, FileObject> configs;
  Compat compat = Compat::none;
  bool operator==(const Stack&) const = default;
};

}  // namespace skep::stack
