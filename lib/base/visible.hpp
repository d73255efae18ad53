#pragma once
// Makes text from outside (a cluster, a build, a file) safe for a terminal.
#include <cstdint>
#include <string>
#include <string_view>

namespace skep {

/// Characters that act on a terminal or on the reader instead of being read: control characters (C0
/// except tab and newline, DEL, C1), marks that change the direction of writing (Unicode's
/// Bidi_Control), and the separators of lines and paragraphs.
constexpr bool is_control(std::uint32_t point) {
  if (point < 0x20) return point != '\n' && point != '\t';
  if (point < 0xA0) return point >= 0x7F;
  return point == 0x061C || point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

/// `text` with each of these, and each byte that is not UTF-8, as a readable escape: "\x1b",
/// "\u{202e}". Newlines and tabs stay.
std::string visible(std::string_view text);

/// The same inside JSON text, where the escape is JSON's own: "\u009b".
std::string visible_json(std::string_view text);

}  // namespace skep
