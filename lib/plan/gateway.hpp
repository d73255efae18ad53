#pragma once
// What traefik makes of the labels of services: which services it takes, and what it reads from
// them, as traefik 2 and 3 do: pkg/provider/docker, pkg/provider/{configuration,merge}.go,
// github.com/traefik/paerser; tests/swarm/test_gateway.py compares it with a real one.
#include "swarm/spec.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::plan {

using LabelTexts = std::map<std::string, std::string>;

/// A traefik that reads services' labels, as far as its own service tells how it chooses.
struct Gateway {
  bool exposed_by_default = true;  // takes services without `traefik.enable`
  std::string constraints;         // over labels: "Label(`a`, `b`) && …"; "" takes all
  bool readable = true;            // false: it is configured by a file, or in another way
};
/// nullopt when the spec is not a traefik, or one that reads no services.
std::optional<Gateway> gateway_of(const swarm::Spec& spec);

/// Whether one gateway takes both services with these labels. When that is unknown (a gateway is
/// not readable, there is none, or an expression is not understood): whether the labels that choose
/// are the same on both.
bool one_takes_both(const std::vector<Gateway>& gateways, const LabelTexts& a, const LabelTexts& b);

/// One router, service, middleware or TLS store. Several in the swarm may have one name: traefik
/// takes equal ones as one, and drops them all when two differ.
struct Definition {
  std::string protocol;  // http, tcp, udp, tls
  std::string kind;      // routers, services, middlewares, stores
  std::string name;      // has case
  LabelTexts fields;     // in lower case; equal when they are equal to traefik
  bool linked = false;   // a router without a named service: it goes to the only service beside it

  /// "" when the router names none.
  std::string field(const std::string& key) const;
};
/// What traefik reads from the labels of a service called `service`, sorted.
std::vector<Definition> definitions(const std::string& service, const LabelTexts& labels);

}  // namespace skep::plan
