#pragma once
// The way that every change of a stack goes: plan, lock, plan again, carry out.
#include "deploy/run.hpp"
#include "deploy/situation.hpp"

#include <functional>

namespace skep::deploy {

/// Reads the cluster and plans. Called without the lock, and again under it.
using Reader = std::function<Situation()>;
/// Plans; with nothing to do, watches until healthy; else takes the lock, plans again and carries
/// it out. Errors become the outcome. Emits Ended.
Ended run_to_end(Run& run, const Reader& read);

}  // namespace skep::deploy
