#pragma once
// The forms of values (stack/keys.hpp), held against a node of the file.
#include "stack/keys.hpp"
#include "stack/stack.hpp"
#include "yaml/document.hpp"

#include <string>

namespace skep::stack {

/// Whether a node may stand where the form is asked for. With `casts` a text may spell a number or
/// a boolean, as far as that reading allows it.
bool fits(Form form, const yaml::Node& node, Compat compat, bool casts = true);
/// Whether a node may be the value of a variable: `A: value`.
bool is_value(const yaml::Node& node, Compat compat);
/// What to write where a value of another form stands; "" where there is nothing to say.
std::string how_to_write(Form form, const yaml::Node& node);

}  // namespace skep::stack
