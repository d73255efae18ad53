#pragma once
// What skep delivers to services (`mongodb.users.*.deliver`). A record holds a reference in its
// place, never the value nor the name of the secret that held it then (design §5): what goes back
// gets the credential of today.
#include "project/project.hpp"
#include "release/records.hpp"
#include "swarm/spec.hpp"

#include <map>
#include <string>
#include <vector>

namespace skep::deploy {

/// By full service name: variable → user, and mounted file → user.
struct Delivered {
  std::map<std::string, std::map<std::string, std::string>> variables;
  std::map<std::string, std::map<std::string, std::string>> files;
};
/// As the project says, and as kept records know it where no project is at hand.
Delivered delivered_of(const project::Loaded& loaded, const std::vector<release::Kept>& records);

swarm::Spec with_references(const Delivered& delivered, const std::string& service,
                            swarm::Spec spec);

struct Bound {
  swarm::Spec spec;
  std::vector<std::string> missing;  // users whose credential the live service does not carry
};
/// The references of a recorded spec replaced by what the live one carries in their places.
Bound with_live_values(swarm::Spec recorded, const swarm::Spec& live);

}  // namespace skep::deploy
