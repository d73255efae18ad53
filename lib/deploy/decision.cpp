#include "deploy/decision.hpp"

#include "plan/choices.hpp"
#include "plan/judge.hpp"
#include "plan/make_plan.hpp"
#include "plan/plan.hpp"

namespace skep::deploy {

plan::Plan plan_with(const Decision& decision, std::vector<swarm::Injection> injections) {
  const Situation& situation = decision.situation;
  plan::Choices choices = situation.choices;
  choices.injections = std::move(injections);
  auto plan = plan::make_plan(plan::judge(decision.loaded->desired, situation.snapshot, choices));
  keep_live_replicas(plan, situation.autoscaled);
  return plan;
}

}  // namespace skep::deploy
