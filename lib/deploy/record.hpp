#pragma once
// Makes a release's record, and reads that of an interrupted one.
#include "deploy/decision.hpp"
#include "deploy/run.hpp"
#include "swarm/record.hpp"

namespace skep::deploy {

/// Where a failure goes back to: what is live; but for what an interrupted release had written, or
/// left paused half-way, that release's own way back (docs/decisions.md, "The way back").
swarm::Snapshot inherited(const Situation& situation);
/// The record of a release that is about to be tried; `before` as inherited() gave it.
swarm::Record make_record(const Run& run, const Decision& decision, const swarm::Snapshot& before);

}  // namespace skep::deploy
