#pragma once
// Names that the engine takes (moby/swarmkit manager/controlapi/{service,secret}.go).
#include "convert/desired.hpp"

namespace skep::convert {

/// A service's name is a DNS label of at most 63 characters; a secret's or config's has at most 64.
/// Two networks, secrets or configs that the stack makes under one name are the same.
void check_names(const Desired& desired, Diagnostics& problems);

/// Where two keys have one name, they are one object: the one that the stack makes, where it makes
/// one.
void keep_one_of_each_name(Desired& desired);

}  // namespace skep::convert
