#pragma once
// Secrets and configs: which live object each wanted one is, and which are new (docs/decisions.md,
// "Configs and secrets").
#include "convert/desired.hpp"
#include "plan/choices.hpp"
#include "plan/plan.hpp"
#include "swarm/snapshot.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace skep::plan {

struct Objects {
  std::map<std::string, std::string> secret_names;  // plain name → the object's
  std::map<std::string, std::string> config_names;
  std::vector<CreateSecret> new_secrets;
  std::vector<CreateConfig> new_configs;
};

Objects bind_objects(const convert::Desired& desired, const swarm::Snapshot& snapshot,
                     const Choices& choices);

/// Puts the objects' names into a service's references. The places where they are mounted stay.
void use_objects(swarm::Spec& spec, const Objects& objects);

/// Names of all secrets that exist or will be made.
std::set<std::string> secret_names_taken(const swarm::Snapshot& snapshot, const Objects& objects);

}  // namespace skep::plan
