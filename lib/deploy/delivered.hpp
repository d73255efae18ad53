#pragma once
// What skep delivers to services (`mongodb.users.*.deliver`). A record holds a reference in its
// place, so that what goes back gets the credential of today (docs/decisions.md, "Delivered
// values").
#include "project/project.hpp"
#include "release/records.hpp"
#include "swarm/delivery.hpp"
#include "swarm/spec.hpp"

#include <map>
#include <string>
#include <vector>

namespace skep::deploy {

/// By full service name: place → user.
using Delivered = std::map<std::string, std::map<swarm::Place, std::string>>;
/// From kept records, and from the project, which wins.
Delivered delivered_of(const project::Loaded& loaded, const std::vector<release::Kept>& records);

swarm::Spec with_references(const Delivered& delivered, const std::string& service,
                            swarm::Spec spec);

struct Bound {
  swarm::Spec spec;
  std::vector<std::string> missing;  // users whose credential the live service does not carry
};
/// Replaces the references of a recorded spec by the values that the live one has in their places.
Bound with_live_values(swarm::Spec recorded, const swarm::Spec& live);

}  // namespace skep::deploy
