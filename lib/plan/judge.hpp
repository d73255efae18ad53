#pragma once
// What is to become of a stack, judged once: preflight says what of it cannot be, and make_plan
// makes stages of the same.
#include "plan/choices.hpp"
#include "plan/draft.hpp"

namespace skep::plan {

/// Refers to what it was made from.
struct Judged {
  const convert::Desired& desired;
  const swarm::Snapshot& snapshot;
  const Choices& choices;
  Drafts drafts;
  std::vector<swarm::Node> nodes;  // as they will be labelled
};

/// Compares every service with what is live: the dearest part of a plan.
Judged judge(const convert::Desired& desired, const swarm::Snapshot& snapshot,
             const Choices& choices);

}  // namespace skep::plan
