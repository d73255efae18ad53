#pragma once
// Document → YAML text, in one canonical form: two spaces, block style, keys in their order. What
// would change its type or content when read again is quoted: reading the text gives an equal tree,
// whatever the strings hold.
#include "yaml/document.hpp"

#include <string>

namespace skep::yaml {

std::string emit(const Node& node);

/// JSON text, in which what YAML takes for the end of a line, or refuses, is escaped: read as YAML
/// it is what it was.
std::string json_as_yaml(std::string json);

/// One scalar as it can stand behind "key: " (quoted where it must be), for messages and hints.
std::string emit_scalar(const Node& scalar);

}  // namespace skep::yaml
