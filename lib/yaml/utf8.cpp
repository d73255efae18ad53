#include "yaml/utf8.hpp"

namespace skep::yaml {

bool printable(std::uint32_t point) {
  if (point < 0x80) return point == '\t' || point == '\n' || (point >= 0x20 && point != 0x7F);
  if (point < 0xA0) return point == 0x85;
  return point != 0xFEFF && point != 0xFFFE && point != 0xFFFF;
}

bool breaks_lines(std::uint32_t point) {
  return point == 0x85 || point == 0x2028 || point == 0x2029;
}

}  // namespace skep::yaml
