#pragma once
// A plan as text.
#include "plan/plan.hpp"

#include <string>

namespace skep::plan {

/// For people: what will be created, updated (each field, old → new, redacted), removed; what
/// restarts and why.
std::string format(const Plan& plan);

}  // namespace skep::plan
