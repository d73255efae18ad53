#pragma once
// A whole Compose file in its long form, as `skep config` prints it and `docker stack config` does.
#include "stack/cursor.hpp"

namespace skep::stack {

/// Every short form is long, every service's environment holds what its env files and the
/// environment of this process give, paths are absolute, and keys stand in a fixed order. As
/// docker reads it, what says nothing is left out, as its own output does. With `resolve` false,
/// for text whose `${…}` were not replaced, environments stay as written. What is wrong with env
/// files goes to `problems`.
yaml::Node canonical_file(yaml::Node root, const ReadOptions& options, bool resolve,
                          Diagnostics& problems);

}  // namespace skep::stack
