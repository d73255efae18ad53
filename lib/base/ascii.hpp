#pragma once
// Classes of ASCII characters, whatever the locale.
#include <string>
#include <string_view>

namespace skep {

constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_alnum(char c) {
  return is_lower(c) || is_upper(c) || is_digit(c);
}
constexpr bool is_lower_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}
constexpr bool is_hex(char c) {
  return is_lower_hex(c) || (c >= 'A' && c <= 'F');
}
/// Capitals as small letters.
inline std::string lower(std::string text) {
  for (char& c : text) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}
/// Without what stands of these at either end.
constexpr std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r\n") {
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}
constexpr bool one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

}  // namespace skep
