#include "yaml/source.hpp"

#include "yaml/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace skep::yaml {
namespace {

constexpr std::size_t npos = std::string_view::npos;
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

/// Behind the quote that closes the one at `at`, or npos; `at` when there is no quote.
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
  return npos;
}

bool one_of(char c, std::string_view set) {
  return set.find(c) != npos;
}

/// Where a ':' stands that libyaml refuses in a plain scalar between brackets. Behind a quote or a
/// bracket it may end a key; a tag, an anchor and an alias end at it.
std::vector<std::size_t> colons_to_hide(std::string_view text) {
  std::vector<std::size_t> found;
  char first = '\0';  // of the word that `at` is in
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const char c = text[at];
    if (one_of(c, " \t\n[]{},\"'")) {
      first = '\0';
    } else if (first == '\0') {
      first = c;
    } else if (c == ':' && one_of(text[at + 1], ",?[]{}") && !one_of(first, "!&*")) {
      found.push_back(at);
    }
  }
  return found;
}

/// A character for private use that is in the text neither as it is nor as an escape.
std::string unused_character(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  for (int point = 0xE000; point < 0xF8FF; ++point) {
    std::string character = {static_cast<char>(0xE0 | (point >> 12)),
                             static_cast<char>(0x80 | ((point >> 6) & 0x3F)),
                             static_cast<char>(0x80 | (point & 0x3F))};
    const bool used =
        text.find(character) != npos || lower.find(fmt::format("{:x}", point)) != std::string::npos;
    if (!used) return character;
  }
  throw Error(Kind::input, "the text has every character for private use in it");
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

Source::Source(std::string_view text, const std::string& file) : text_(text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  check_text(text_, file);
  const auto colons = colons_to_hide(text_);
  if (colons.empty()) return;
  stand_in_ = unused_character(text_);
  std::size_t done = 0;
  for (const std::size_t at : colons) {
    hidden_.append(text_, done, at - done).append(stand_in_);
    done = at + 1;
  }
  hidden_.append(text_, done);
}

std::string Source::restored(std::string value) const {
  if (!stand_in_.empty()) replace_all(value, stand_in_, ":");
  return value;
}

std::string_view Source::from(std::size_t character) const {
  std::size_t at = 0;
  for (; character > 0 && at < text_.size(); --character) at += decode(text_.substr(at)).length;
  return text_.substr(at);
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
    if (behind_quote == npos) return false;
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
