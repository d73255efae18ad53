#pragma once
// Names that the engine takes (moby/swarmkit manager/controlapi/{service,secret}.go).
#include "convert/desired.hpp"

namespace skep::convert {

/// A service's name is a DNS label of at most 63 characters; a secret's or config's has at most 64.
void check_names(const Desired& desired, Diagnostics& problems);

}  // namespace skep::convert
