#pragma once
// One release under the lock: record, attempt, the way back if it is needed, and the end in the
// record.
#include "deploy/decision.hpp"
#include "deploy/run.hpp"
#include "release/lock.hpp"

namespace skep::deploy {

/// From the pending record on, any failure leads to the way back. Throws only before the record is
/// written, what reading and writing throw.
Ended carry_out(const Run& run, const Decision& decision, release::Lock& lock);

}  // namespace skep::deploy
