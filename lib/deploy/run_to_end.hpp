#pragma once
// The steps of every change of a stack: plan, lock, plan again, carry out.
#include "deploy/decision.hpp"
#include "deploy/run.hpp"

namespace skep::deploy {

/// Plans. With nothing to do, watches until healthy; else takes the lock, plans again and carries
/// out the plan. Errors become the outcome. Emits Ended.
Ended run_to_end(const Run& run, const Reader& read);

}  // namespace skep::deploy
