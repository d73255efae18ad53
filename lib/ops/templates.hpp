#pragma once
// `skep template list` and `skep template show`.
#include "ops/printable.hpp"

#include <string>

namespace skep::ops {

Printable list_templates();
/// Throws Error{usage} with a suggestion when there is no such template.
Printable show_template(const std::string& name);

}  // namespace skep::ops
