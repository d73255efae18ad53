#pragma once
// What a plan does of one kind, in the order of its stages.
#include "plan/plan.hpp"

#include <string>
#include <vector>

namespace skep::plan {

template <typename T>
std::vector<const T*> actions_of(const Plan& plan) {
  std::vector<const T*> result;
  for (const auto& stage : plan.stages) {
    for (const auto& action : stage.actions) {
      if (const auto* one = std::get_if<T>(&action); one != nullptr) result.push_back(one);
    }
  }
  return result;
}

/// A service that is created or updated, and its spec.
struct Written {
  const std::string* name;
  const swarm::Spec* spec;
};
std::vector<Written> written_by(const Plan& plan);

}  // namespace skep::plan
