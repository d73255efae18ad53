#pragma once
// A plan that changes nothing but the credentials that services are pulled with.
#include "plan/plan.hpp"
#include "swarm/snapshot.hpp"

#include <string>

namespace skep::plan {

/// `auth refresh`: writes each service as it is, so that the engine keeps the credential sent with
/// the write. Left out, with a note: jobs, which any write runs again, and services in an update or
/// stopped half-way through one.
Plan refresh(const std::string& stack, const swarm::Snapshot& now);

}  // namespace skep::plan
