#pragma once
// What a plan file is bound to, and what is said when it moved.
#include "deploy/situation.hpp"
#include "plan_file/seal.hpp"
#include "project/project.hpp"

#include <string>
#include <vector>

namespace skep::plan_file {

/// What a plan is bound to, and what it does, with secrets sealed.
Json bound_plan(const deploy::Situation& situation, const project::Loaded& loaded, Seal& seal);

/// What differs of two such documents, one line each; empty: nothing moved, and the plan is the
/// same.
std::vector<std::string> moved(const Json& then, const Json& now);

}  // namespace skep::plan_file
