#pragma once
// What a change of a stack has decided: made before the lock to see whether anything is to do, once
// more under the lock, and not changed after that.
#include "deploy/situation.hpp"
#include "plan/plan.hpp"
#include "project/project.hpp"

#include <functional>
#include <memory>

namespace skep::deploy {

struct Decision {
  std::shared_ptr<const project::Loaded> loaded;  // what is wanted
  Situation situation;                            // what is there, and what leads to it
};

/// Reads the cluster and plans. Called without the lock, and again under it.
using Reader = std::function<Decision()>;

/// The plan with the values that the database now wants delivered.
plan::Plan plan_with(const Decision& decision, std::vector<swarm::Injection> injections);

}  // namespace skep::deploy
