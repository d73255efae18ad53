#include "base/visible.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

namespace skep {
namespace {

template <typename Escape>
std::string replaced(std::string_view text, Escape escape) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Decoded decoded = decode(text);
    const auto length = decoded.length == 0 ? 1 : decoded.length;
    if (decoded.length != 0 && !is_control(decoded.point)) {
      result += text.substr(0, length);
    } else {
      result += escape(decoded.length == 0 ? static_cast<unsigned char>(text[0]) : decoded.point,
                       decoded.length != 0);
    }
    text.remove_prefix(length);
  }
  return result;
}

}  // namespace

bool is_control(std::uint32_t point) {
  if (point < 0x20) return point != '\n' && point != '\t';
  if (point < 0xA0) return point >= 0x7F;
  return point == 0x061C || point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

std::string visible(std::string_view text) {
  return replaced(text, [](std::uint32_t point, bool /*is_utf8*/) {
    return point <= 0xFF ? fmt::format("\\x{:02x}", point) : fmt::format("\\u{{{:x}}}", point);
  });
}

std::string visible_json(std::string_view text) {
  return replaced(text, [](std::uint32_t point, bool is_utf8) {
    return is_utf8 ? fmt::format("\\u{:04x}", point) : std::string("\\ufffd");
  });
}

}  // namespace skep
