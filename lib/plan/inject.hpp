#pragma once
// Values that skep delivers into a service: as an environment variable, or as a mounted secret and
// a variable with its path.
#include "plan/choices.hpp"
#include "plan/objects.hpp"
#include "plan/plan.hpp"

#include <string>

namespace skep::plan {

/// Applies the injections for the service `key`. A kept value is taken from `live`, or from the
/// live service that the injection names; if that has none, nothing is set. New secrets are added
/// to `objects`: one for all services that get the same value under the same name.
void inject(swarm::Spec& spec, const std::string& key, const swarm::Service* live,
            const convert::Desired& desired, const swarm::Snapshot& snapshot,
            const Choices& choices, Objects& objects);

}  // namespace skep::plan
