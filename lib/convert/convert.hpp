#pragma once
// A Compose file as values → what the stack should be.
#include "base/diagnostics.hpp"
#include "convert/desired.hpp"
#include "stack/stack.hpp"

#include <string>

namespace skep::convert {

/// Pure: files that the stack names (secrets, configs, env files) were read by `stack`.
/// `name` is the stack's name. Adds to `problems` what cannot be converted.
Desired convert(const stack::Stack& stack, const std::string& name, Diagnostics& problems);

}  // namespace skep::convert
