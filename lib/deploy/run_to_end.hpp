#pragma once
// The way that every change of a stack goes: plan, lock, plan again, carry out.
#include "deploy/decision.hpp"
#include "deploy/run.hpp"

namespace skep::deploy {

/// Plans; with nothing to do, watches until healthy; else takes the lock, plans again and carries
/// it out. Errors become the outcome. Emits Ended.
Ended run_to_end(const Run& run, const Reader& read);

}  // namespace skep::deploy
