#pragma once
// Writes the end of a release into its record, and cleans up.
#include "deploy/run.hpp"
#include "release/records.hpp"

#include <string>

namespace skep::deploy {

/// A failure here is only a warning, because what happened on the cluster is what counts. Runs
/// after a stop too, with a time limit in place of the stop token, so that the record does not stay
/// pending. `fingerprint`: of the database users, when the state is released.
void close_books(const Run& run, const release::Kept& record, swarm::RecordState state,
                 const std::string& fingerprint = {});

}  // namespace skep::deploy
