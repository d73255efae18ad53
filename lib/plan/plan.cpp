#include "plan/plan.hpp"

#include <algorithm>

namespace skep::plan {

bool Plan::empty() const {
  return std::all_of(stages.begin(), stages.end(),
                     [](const Stage& stage) { return stage.actions.empty(); });
}

}  // namespace skep::plan
