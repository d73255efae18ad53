#pragma once
// Which code points a YAML text may hold. For lib/yaml only.
#include "base/utf8.hpp"

namespace skep::yaml {

/// YAML 1.2 §5.1, without U+FEFF (which is for the start of a file) and CR.
bool printable(std::uint32_t point);

/// What YAML 1.1 takes for the end of a line beyond "\n": U+0085, U+2028, U+2029.
bool breaks_lines(std::uint32_t point);

}  // namespace skep::yaml
