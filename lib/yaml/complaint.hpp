#pragma once
// Turns libyaml's refusal into an error for whoever wrote the file. For lib/yaml only.
#include "yaml/source.hpp"

#include <yaml.h>

#include <string>

namespace skep::yaml {

/// Throws Error{input} for the parser's problem with the text, or bad_alloc when it had no memory.
[[noreturn]] void complain(const yaml_parser_t& parser, const Source& source,
                           const std::string& file);

}  // namespace skep::yaml
