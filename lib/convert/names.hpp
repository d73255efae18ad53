#pragma once
// Checks names as the engine does (docs/engine.md, "Names and sizes").
#include "convert/desired.hpp"

namespace skep::convert {

/// A service's name is a DNS label of at most 63 characters; a secret's or config's has at most 64.
/// Two networks, secrets or configs that the stack makes under one name must be equal.
void check_names(const Desired& desired, Diagnostics& problems);

/// Two keys with one name mean one object: the one that the stack makes, if it makes one.
void keep_one_of_each_name(Desired& desired);

}  // namespace skep::convert
