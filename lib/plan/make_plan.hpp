#pragma once
// From what is live to what is wanted.
#include "convert/desired.hpp"
#include "plan/choices.hpp"
#include "plan/plan.hpp"
#include "swarm/snapshot.hpp"

namespace skep::plan {

/// Throws Error{preflight, registry} when no plan is possible (a new image without a digest).
Plan make_plan(const convert::Desired& desired, const swarm::Snapshot& snapshot,
               const Choices& choices);

}  // namespace skep::plan
