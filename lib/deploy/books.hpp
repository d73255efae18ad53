#pragma once
// The end of a release in its record, and what is cleaned up after it.
#include "deploy/run.hpp"
#include "release/records.hpp"

#include <string>

namespace skep::deploy {

/// What happened on the cluster counts, whatever becomes of the bookkeeping: a failure here is a
/// warning. Also after a stop, so that the record does not stay pending: it has a time of its own
/// in place of the stop token. `fingerprint`: of the database's users, where the state is released.
void close_books(const Run& run, const release::Kept& record, const std::string& state,
                 const std::string& fingerprint = {});

}  // namespace skep::deploy
