#pragma once
// What a plan depends on, and the comparison that tells what moved since.
#include "deploy/situation.hpp"
#include "plan_file/seal.hpp"
#include "project/project.hpp"

#include <string>
#include <vector>

namespace skep::plan_file {

/// Everything that a plan depends on, and what it does, with hashes in place of secrets.
Json bound_plan(const deploy::Situation& situation, const project::Loaded& loaded, Seal& seal);

/// The differences of two such documents, one line each. Empty: nothing moved, and the plan is the
/// same.
std::vector<std::string> moved(const Json& then, const Json& now);

}  // namespace skep::plan_file
