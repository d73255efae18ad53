#pragma once
// Services whose profiles nobody asked for are as if they were not in the file. For lib/stack only.
#include "stack/assemble.hpp"

namespace skep::stack {

/// Leaves out the services of which no profile is enabled, and what they alone use; what was found
/// in these, too. `reading` is what was wrong with the texts of the files.
void apply_profiles(const std::vector<std::string>& enabled, Assembled& result, Context& context,
                    Diagnostics& reading);

}  // namespace skep::stack
