#pragma once
// Document → YAML text, in one canonical form: two spaces, block style, keys in their order.
// Whatever would change its type or content when read again is quoted, so that reading the text
// always gives an equal tree.
#include "yaml/document.hpp"

#include <string>

namespace skep::yaml {

std::string emit(const Node& node);

/// JSON text that can be read as YAML with the same meaning: characters that YAML refuses or takes
/// for the end of a line are escaped.
std::string json_as_yaml(std::string json);

/// One scalar as it can stand behind "key: " (quoted where it must be), for messages and hints.
std::string emit_scalar(const Node& scalar);

}  // namespace skep::yaml
