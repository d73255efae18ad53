#pragma once
// Which nodes a form of the table of keys takes. For lib/stack only.
#include "stack/cursor.hpp"

#include <string>

namespace skep::stack {

/// With `casts` a text may spell the number or boolean, as far as the reading has it so (casts_of).
bool fits(Form form, const yaml::Node& node, Compat compat, bool casts = true);

/// The `value` of `A: value`.
bool is_value(const yaml::Node& node, Compat compat);

/// What to write where a value of another kind stands; "" where there is nothing to say.
std::string how_to_write(Form form, const yaml::Node& node);

}  // namespace skep::stack
