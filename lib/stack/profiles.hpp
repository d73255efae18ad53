#pragma once
// Leaves out services whose profiles are not enabled. For lib/stack only.
#include "stack/assemble.hpp"

namespace skep::stack {

/// Leaves out the services that have profiles, but none that is enabled, everything that only they
/// use, and the problems that were found in these. `reading` has the problems with the texts of the
/// files.
void apply_profiles(const std::vector<std::string>& enabled, Assembled& result, Context& context,
                    Diagnostics& reading);

}  // namespace skep::stack
