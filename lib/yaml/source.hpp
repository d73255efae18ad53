#pragma once
// The text itself, for what the parser's events do not tell: bytes that no YAML may hold, quotes
// that never close, keys that no ':' follows. For lib/yaml only.
#include "base/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace skep::yaml {

class Source {
 public:
  /// Throws Error{input} for invalid UTF-8, control characters, a CR without its LF, and lines
  /// that start with a % and are no directive in front of the document.
  Source(std::string_view text, const std::string& file);

  std::string_view text() const { return text_; }
  /// False when a scalar in quotes that starts at `at` (behind its tag and anchor) is not closed
  /// before the end.
  bool quote_closes(std::size_t at) const;
  /// Completes the value of a scalar in quotes at `at` (behind its tag and anchor): the line ends
  /// before the closing quote are a newline for each but the first, and a lone one that is all
  /// there is a space. yaml-cpp 0.7 keeps one newline of three and more, and none where nothing
  /// else is.
  void fold_last_line_ends(std::size_t at, std::string& value) const;
  /// Whether a scalar that starts at `at` (behind its tag and anchor) stands in quotes or as a
  /// block.
  bool quoted_or_block(std::size_t at) const;
  /// Whether the key that starts at `at` has a ':' behind it.
  bool colon_follows(std::size_t at, std::string_view key) const;
  /// "~", "null", "Null" or "NULL" when that stands at `at`, else "".
  std::string_view null_word(std::size_t at) const;
  /// The name of an anchor among the properties at `at` that has more than letters, digits, '-' and
  /// '_' in it, else "".
  std::string_view odd_anchor(std::size_t at) const;
  /// Whether a '[' or '{' stands at `at`, behind its tag and anchor.
  bool opens_bracket(std::size_t at) const;
  /// Whether the bracket at `at` is closed before the end.
  bool bracket_closes(std::size_t at) const;
  /// The first quote behind `at` that opens a scalar and is never closed. A quote inside a plain
  /// scalar may be taken for one, so only for texts of which the parser said that one is open.
  std::optional<SourceLoc> open_quote(std::size_t at, const std::string& file) const;
  /// Whether a line that starts a document ("---") stands at `at` or just before it.
  bool starts_document(std::size_t at) const;

 private:
  std::size_t skip_properties(std::size_t at) const;
  /// Behind the closing quote, or npos; `at` when there is no quote.
  std::size_t skip_quoted(std::size_t at) const;

  std::string_view text_;
};

}  // namespace skep::yaml
