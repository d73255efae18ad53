#pragma once
// From what is live to what is wanted.
#include "plan/plan.hpp"

namespace skep::plan {

/// Throws Error{preflight, registry} when no plan is possible (a new image without a digest).
Plan make_plan(const Judged& judged);

}  // namespace skep::plan
