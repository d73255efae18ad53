#pragma once
// A whole Compose file in its long form, as `skep config` prints it and `docker stack config` does.
#include "stack/cursor.hpp"

namespace skep::stack {

/// Short forms become long, each service's environment gets the values of its env files and of this
/// process's environment, paths become absolute, and keys stand in a fixed order. Where the file is
/// read as docker reads it, empty values are left out, as docker does. With `resolve` false (for
/// text whose `${…}` were not replaced) environments stay as written. Problems with env files go to
/// `problems`.
yaml::Node canonical_file(yaml::Node root, const ReadOptions& options, bool resolve,
                          Diagnostics& problems);

}  // namespace skep::stack
