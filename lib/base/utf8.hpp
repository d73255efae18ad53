#pragma once
// Code points of UTF-8 text.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace skep {

struct Decoded {
  std::size_t length = 0;  // 0: the front is not UTF-8
  std::uint32_t point = 0;
};

/// The code point at the front of `text`, which does not begin with ASCII.
Decoded decode_longer(std::string_view text);

/// The code point at the front of `text`.
inline Decoded decode(std::string_view text) {
  const auto first = text.empty() ? 0U : static_cast<unsigned char>(text.front());
  return first < 0x80 ? Decoded{1, first} : decode_longer(text);
}

bool valid_utf8(std::string_view text);

/// Whether `test` holds for every code point of a valid text.
template <typename F>
bool every_point(std::string_view text, F test) {
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode(text.substr(at));
    if (decoded.length == 0 || !test(decoded.point)) return false;
    at += decoded.length;
  }
  return true;
}

}  // namespace skep
