#pragma once
// What a change of a stack decided. It is made before the lock, to see whether there is anything to
// do, and once more under the lock; after that it does not change.
#include "deploy/situation.hpp"
#include "plan/plan.hpp"
#include "project/project.hpp"

#include <functional>
#include <memory>

namespace skep::deploy {

struct Decision {
  std::shared_ptr<const project::Loaded> loaded;  // what is wanted
  Situation situation;                            // what is live, and the plan to what is wanted
};

/// Reads the cluster and plans. Called without the lock, and again under it.
using Reader = std::function<Decision()>;

/// The plan with the values that the database now wants delivered.
plan::Plan plan_with(const Decision& decision, std::vector<swarm::Injection> injections);

}  // namespace skep::deploy
