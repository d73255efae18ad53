#pragma once
// What the stack should be: service, network, secret and config specs as `docker stack deploy`
// would send them.
#include "base/diagnostics.hpp"
#include "base/secret.hpp"
#include "stack/stack.hpp"
#include "swarm/spec.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::convert {

struct DesiredNetwork {
  std::string key;   // name in the file
  std::string name;  // STACK_key, or what `name:` says
  bool external = false;
  Json spec;  // body of POST /networks/create; empty for external ones
  SourceLoc loc;
  bool operator==(const DesiredNetwork&) const = default;
};

/// A secret or a config.
struct DesiredObject {
  std::string key;
  std::string name;  // docker's plain name: STACK_key, or what `name:` says
  bool external = false;
  std::map<std::string, std::string> labels;
  Secret data;         // raw bytes; of a config too
  std::string driver;  // secret driver; then data is empty
  std::string template_driver;
  Json spec;  // the body without Data and Name: Labels, Driver, Templating
  SourceLoc loc;
  bool operator==(const DesiredObject&) const = default;
};

struct Build {
  std::string context;     // absolute path
  std::string dockerfile;  // relative to context, or absolute; "" is "Dockerfile"
  std::map<std::string, std::string> args;
  std::string target;
  std::map<std::string, std::string> labels;
  std::string platform;  // "linux/arm64"; "" is the engine's own
  bool no_cache = false;
  bool pull = false;
  std::vector<Diagnostic> wrong = {};  // errors that make it impossible to build
  bool operator==(const Build&) const = default;
};

struct DesiredService {
  std::string key;   // name in the file
  std::string name;  // STACK_key
  /// By names: Networks[].Target is a network's full name; Secrets[].SecretName and
  /// Configs[].ConfigName are plain names without ids. The image stands as written until the digest
  /// is known.
  swarm::Spec spec;
  std::string image;  // as written; "" only with `build`
  std::optional<Build> build;
  std::vector<std::string> depends_on;  // keys of services, and of those that name it under
                                        // x-skep-before
  bool one_off = false;                 // run once before those that wait for it, never deployed
  bool run_always = false;              // a one-off that runs in each release
  bool live_replicas = false;  // `replicas: live`: the live service's number is the wanted one
  SourceLoc loc;
  SourceLoc image_loc;
  /// Places of things that a swarm may refuse, by the path below the service ("deploy.replicas"),
  /// by a constraint's text, by a port as "80/tcp", or by a mount as "volumes./target". Other
  /// things have none.
  std::map<std::string, SourceLoc> places = {};
  /// The place of one of these, or the service's own.
  const SourceLoc& place_of(const std::string& part) const;
  bool operator==(const DesiredService&) const = default;
};

/// All sorted by name; the plan finds the order of rollout. Secrets and configs: all that the stack
/// makes, and the external ones that a service refers to.
struct Desired {
  std::string stack;
  bool as_docker = false;  // the files were read as docker reads them
  std::vector<DesiredNetwork> networks;
  std::vector<DesiredObject> secrets;
  std::vector<DesiredObject> configs;
  std::vector<DesiredService> services;
  bool operator==(const Desired&) const = default;
};

}  // namespace skep::convert
