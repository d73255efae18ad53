#include "yaml/source.hpp"

#include "yaml/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace skep::yaml {
namespace {

// Inside a text docker's parser takes it too.
constexpr std::uint32_t kByteOrder = 0xFEFF;
constexpr std::string_view kBlanks = " \t\r\n";

SourceLoc loc_at(std::string_view text, std::size_t at, const std::string& file) {
  int line = 1;
  int column = 1;
  for (const char c : text.substr(0, at)) {
    if (c == '\n') {
      ++line;
      column = 1;
    } else if ((c & 0xC0) != 0x80) {  // not the rest of a character
      ++column;
    }
  }
  return {file, line, column};
}

void check_text(std::string_view text, const std::string& file) {
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode(text.substr(at));
    if (decoded.length == 0) {
      throw Error(Kind::input, loc_at(text, at, file), "the text is not valid UTF-8",
                  "save the file as UTF-8");
    }
    if (decoded.point == '\r') {
      if (at + 1 >= text.size() || text[at + 1] != '\n') {
        throw Error(Kind::input, loc_at(text, at, file),
                    "a carriage return without a newline behind it");
      }
    } else if (!printable(decoded.point) && decoded.point != kByteOrder) {
      throw Error(Kind::input, loc_at(text, at, file),
                  fmt::format("the control character U+{:04X}", decoded.point),
                  "in double quotes it can be written as an escape, such as \"\\x07\"");
    }
    at += decoded.length;
  }
}

/// Behind the quote that closes the one at `at`, or std::string_view::npos; `at` when there is no
/// quote.
std::size_t skip_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  if (quote != '"' && quote != '\'') return at;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      const bool doubled = quote == '\'' && i + 1 < text.size() && text[i + 1] == quote;
      if (!doubled) return i + 1;
      ++i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

Source::Source(std::string_view text, const std::string& file) : text_(text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  check_text(text_, file);
}

std::string_view Source::from(std::size_t character) const {
  std::size_t at = 0;
  for (; character > 0 && at < text_.size(); --character) at += decode(text_.substr(at)).length;
  return text_.substr(at);
}

std::string_view Source::line(std::size_t number) const {
  std::string_view rest = text_;
  for (; number > 0; --number) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return "";
    rest.remove_prefix(end + 1);
  }
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(kBlanks));
}

std::string_view first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  text = text.substr(0, std::min(text.find(" #"), text.find("\t#")));
  text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
  const bool quoted = text.size() > 1 && (text.front() == '"' || text.front() == '\'') &&
                      text.front() == text.back();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

bool bracket_closes(std::string_view text) {
  int open = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t behind_quote = skip_quoted(text, at);
    if (behind_quote == std::string_view::npos) return false;
    if (behind_quote != at) {
      at = behind_quote;
      continue;
    }
    if (text[at] == '[' || text[at] == '{') ++open;
    if ((text[at] == ']' || text[at] == '}') && --open == 0) return true;
    ++at;
  }
  return false;
}

}  // namespace skep::yaml
