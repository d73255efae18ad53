#include "plan/refresh.hpp"

#include "plan/draft.hpp"
#include "plan/plan.hpp"

#include <fmt/format.h>

namespace skep::plan {

Plan refresh(const std::string& stack, const swarm::Snapshot& now) {
  Plan plan;
  plan.stack = stack;
  Stage stage;
  for (const auto* live : now.stack_services(stack)) {
    const auto leave = [&](const char* why) {
      plan.unchanged.push_back(live->name);
      plan.notes.push_back(fmt::format("{} keeps its credential: {}", live->name, why));
    };
    if (live->spec.is_job()) {
      leave("it is a job, which any write would run again");
    } else if (is_in_progress(*live)) {
      leave("its update goes on");
    } else if (is_paused(*live, now) || stale_tasks(*live, now) > 0) {
      leave("its update was stopped half-way, and any write would go on with it");
    } else {
      stage.actions.emplace_back(UpdateService{live->name,
                                               live->id,
                                               live->version,
                                               live->spec,
                                               {},
                                               false,
                                               "its registry credential is renewed"});
      stage.wait_for.push_back({live->name, Wait::For::converged});
    }
  }
  if (!stage.actions.empty()) plan.stages.push_back(std::move(stage));
  return plan;
}

}  // namespace skep::plan
