#pragma once
// Text that others chose (a cluster, a build, a file), made fit for a terminal.
#include <cstdint>
#include <string>
#include <string_view>

namespace skep {

/// What does something to a terminal or to the reading instead of being read: control characters
/// (C0 but for tab and newline, DEL, C1), the marks that turn the direction of writing around
/// (Unicode's Bidi_Control), and the separators of lines and paragraphs.
constexpr bool is_control(std::uint32_t point) {
  if (point < 0x20) return point != '\n' && point != '\t';
  if (point < 0xA0) return point >= 0x7F;
  return point == 0x061C || point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

/// `text` with each of these, and each byte that is no UTF-8, as an escape that can be read:
/// "\x1b", "\u{202e}". Newlines and tabs stay.
std::string visible(std::string_view text);

/// The same inside JSON text, where the escape is JSON's own: "\u009b".
std::string visible_json(std::string_view text);

}  // namespace skep
