#pragma once
// A Compose file as values → what the stack should be.
#include "base/diagnostics.hpp"
#include "convert/desired.hpp"
#include "stack/stack.hpp"

#include <string>

namespace skep::convert {

/// Pure: `stack` has read the files that it names (secrets, configs, env files). `name` is the
/// stack's name. Adds to `problems` what cannot be converted.
Desired convert(const stack::Stack& stack, const std::string& name, Diagnostics& problems);

}  // namespace skep::convert
