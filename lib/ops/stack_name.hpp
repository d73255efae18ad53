#pragma once
#include "base/env.hpp"
#include "ops/project_options.hpp"

#include <string>

namespace skep::ops {

/// The stack that a verb is about which needs no files: as given, else the project's. Throws
/// Error{usage, input}.
std::string stack_name(const ProjectOptions& options, const Env& env);

}  // namespace skep::ops
