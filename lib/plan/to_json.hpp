#pragma once
// A plan as JSON.
#include "plan/plan.hpp"

namespace skep::plan {

/// For programs: the same as JSON.
Json to_json(const Plan& plan);

}  // namespace skep::plan
