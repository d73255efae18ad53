#include "plan/actions.hpp"

namespace skep::plan {

std::vector<Written> written_by(const Plan& plan) {
  std::vector<Written> result;
  for (const auto& stage : plan.stages) {
    for (const auto& action : stage.actions) {
      if (const auto* create = std::get_if<CreateService>(&action); create != nullptr)
        result.push_back({&create->name, &create->spec});
      if (const auto* update = std::get_if<UpdateService>(&action); update != nullptr)
        result.push_back({&update->name, &update->spec});
    }
  }
  return result;
}

}  // namespace skep::plan
