#pragma once
// Keys that are left out, in one message each.
#include "stack/cursor.hpp"

namespace skep::stack {

/// One message for each key that Swarm cannot do or that is ignored; errors with `strict`.
void report_left_out(Context& context);

}  // namespace skep::stack
