#pragma once
// What libyaml refuses, told to who wrote the file. For lib/yaml only.
#include "yaml/source.hpp"

#include <yaml.h>

#include <string>

namespace skep::yaml {

/// Throws Error{input} for the problem that the parser has with the text, bad_alloc where it had no
/// memory.
[[noreturn]] void complain(const yaml_parser_t& parser, const Source& source,
                           const std::string& file);

}  // namespace skep::yaml
