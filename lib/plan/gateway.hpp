#pragma once
// What a traefik makes of the labels of services: which services it takes, and what it reads from
// them. As traefik 2 and 3 do it: pkg/provider/docker, pkg/provider/{configuration,merge}.go,
// github.com/traefik/paerser; tests/swarm/test_gateway.py holds it against a real one.
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
/// nullopt where the spec is no traefik, or one that reads no services.
std::optional<Gateway> gateway_of(const swarm::Spec& spec);

/// Whether one of the gateways takes services with these labels both. Where that cannot be told (a
/// gateway is not readable, there is none, or an expression is not understood), it does when the
/// labels that choose are the same on both.
bool one_takes_both(const std::vector<Gateway>& gateways, const LabelTexts& a, const LabelTexts& b);

/// One router, service, middleware or TLS store. Of one name there may be many in the swarm: equal
/// ones are one, and when two differ traefik drops them all.
struct Definition {
  std::string protocol;  // http, tcp, udp, tls
  std::string kind;      // routers, services, middlewares, stores
  std::string name;      // has case
  LabelTexts fields;     // in lower case; what is the same to traefik is the same here
  bool linked = false;   // a router whose service is not said: the only one beside it

  /// "" when it is not said.
  std::string field(const std::string& key) const;
};
/// What traefik reads from the labels of a service called `service`, sorted.
std::vector<Definition> definitions(const std::string& service, const LabelTexts& labels);

}  // namespace skep::plan
