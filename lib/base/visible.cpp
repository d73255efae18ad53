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
