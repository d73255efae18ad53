#pragma once
// The text itself, for what the parser does not say: bytes that YAML forbids, and the text at the
// place where the parser stopped. For lib/yaml only.
#include "base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace skep::yaml {

class Source {
 public:
  /// Throws Error{input} for invalid UTF-8, control characters, and a CR without its LF.
  Source(std::string_view text, const std::string& file);

  /// Without its byte order mark.
  std::string_view text() const { return text_; }
  /// The text from that character (not byte) on.
  std::string_view from(std::size_t character) const;
  /// The line of that number, from 0, without its end; "" behind the last.
  std::string_view line(std::size_t number) const;

 private:
  std::string_view text_;
};

/// The text up to its first blank or line end.
std::string_view first_word(std::string_view text);
/// The first line of a text, without quotes, trailing comment and trailing blanks.
std::string_view first_line(std::string_view text);
/// Whether a text that begins with '[' or '{' also closes it.
bool bracket_closes(std::string_view text);

}  // namespace skep::yaml
