#pragma once
// Which code points a YAML text may hold. For lib/yaml only.
#include "base/utf8.hpp"

namespace skep::yaml {

/// YAML 1.2 §5.1, without CR and U+FEFF (allowed only at the start of a file).
constexpr bool printable(std::uint32_t point) {
  if (point < 0x80) return point == '\t' || point == '\n' || (point >= 0x20 && point != 0x7F);
  if (point < 0xA0) return point == 0x85;
  return point != 0xFEFF && point != 0xFFFE && point != 0xFFFF;
}

/// Line ends of YAML 1.1 other than "\n": U+0085, U+2028, U+2029.
constexpr bool breaks_lines(std::uint32_t point) {
  return point == 0x85 || point == 0x2028 || point == 0x2029;
}

}  // namespace skep::yaml
