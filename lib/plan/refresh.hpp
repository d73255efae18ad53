#pragma once
// A plan that changes nothing but the credentials that services are pulled with.
#include "plan/plan.hpp"
#include "swarm/snapshot.hpp"

#include <string>

namespace skep::plan {

/// `auth refresh`: each service is written as it is, so that the engine keeps the credential that
/// comes with the write. Left out, and noted: jobs, which any write runs again, and services in or
/// stopped within an update.
Plan refresh(const std::string& stack, const swarm::Snapshot& now);

}  // namespace skep::plan
