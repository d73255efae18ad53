#include "yaml/source.hpp"

#include "yaml/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace skep::yaml {
namespace {

constexpr std::size_t npos = std::string_view::npos;

SourceLoc loc_at(std::string_view text, std::size_t at, const std::string& file) {
  const auto before = text.substr(0, at);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n');
  const std::size_t column = line_start == npos ? at : at - line_start - 1;
  return {file, static_cast<int>(lines) + 1, static_cast<int>(column) + 1};
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
    } else if (!printable(decoded.point)) {
      throw Error(Kind::input, loc_at(text, at, file),
                  fmt::format("the control character U+{:04X}", decoded.point),
                  "in double quotes it can be written as an escape, such as \"\\x07\"");
    }
    at += decoded.length;
  }
}

/// The parser takes any line that starts with a % for a directive and drops it, wherever it stands.
void check_directives(std::string_view text, const std::string& file) {
  bool content = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const bool known = line.starts_with("%YAML ") || line.starts_with("%TAG ");
    if (line.starts_with('%') && (content || !known)) {
      throw Error(Kind::input, loc_at(text, at, file), "a line cannot start with %",
                  "put the text in quotes, or indent the line");
    }
    const std::size_t first = line.find_first_not_of(" \t\r");
    content = content || (first != npos && line[first] != '#' && line[first] != '%');
    at = end + 1;
  }
}

bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

Source::Source(std::string_view text, const std::string& file) : text_(text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  check_text(text_, file);
  check_directives(text_, file);
}

std::size_t Source::skip_properties(std::size_t at) const {
  while (at < text_.size() && (text_[at] == '!' || text_[at] == '&')) {
    while (at < text_.size() && !blank(text_[at])) ++at;
    while (at < text_.size() && blank(text_[at])) ++at;
  }
  return at;
}

std::size_t Source::skip_quoted(std::size_t at) const {
  if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\'')) return at;
  const char quote = text_[at];
  for (std::size_t i = at + 1; i < text_.size(); ++i) {
    if (quote == '"' && text_[i] == '\\') {
      ++i;
    } else if (text_[i] == quote) {
      const bool doubled = quote == '\'' && i + 1 < text_.size() && text_[i + 1] == quote;
      if (!doubled) return i + 1;
      ++i;
    }
  }
  return npos;
}

bool Source::quote_closes(std::size_t at) const {
  return skip_quoted(skip_properties(at)) != npos;
}

void Source::fold_last_line_ends(std::size_t at, std::string& value) const {
  at = skip_properties(at);
  const std::size_t end = skip_quoted(at);
  if (end == npos || end == at) return;
  const std::string_view inside = text_.substr(at + 1, end - at - 2);
  const auto last = std::find_if_not(inside.rbegin(), inside.rend(), blank);
  const auto lines = static_cast<std::size_t>(std::count(inside.rbegin(), last, '\n'));
  if (lines == 1 && last == inside.rend()) value = " ";
  const std::size_t there = value.size() - (value.find_last_not_of('\n') + 1);
  if (lines > there + 1) value.append(lines - 1 - there, '\n');
}

bool Source::quoted_or_block(std::size_t at) const {
  at = skip_properties(at);
  return at < text_.size() && std::string_view("\"'|>").find(text_[at]) != std::string_view::npos;
}

bool Source::colon_follows(std::size_t at, std::string_view key) const {
  const std::size_t start = skip_properties(at);
  std::size_t end = skip_quoted(start);
  if (end == npos) return false;
  if (end == start) {
    // A key of several lines is not written as it is read, and no key at all.
    if (!text_.substr(start).starts_with(key)) return false;
    end += key.size();
  }
  while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t')) ++end;
  return end < text_.size() && text_[end] == ':';
}

std::string_view Source::null_word(std::size_t at) const {
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (at <= text_.size() && text_.substr(at).starts_with(word)) return word;
  }
  return "";
}

std::string_view Source::odd_anchor(std::size_t at) const {
  const auto named = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  std::string_view properties = text_.substr(std::min(at, text_.size()));
  properties = properties.substr(0, skip_properties(at) - std::min(at, text_.size()));
  while (!properties.empty()) {
    const auto end = static_cast<std::size_t>(
        std::find_if(properties.begin(), properties.end(), blank) - properties.begin());
    const std::string_view name = properties.substr(1, end - 1);
    if (properties.front() == '&' && !std::all_of(name.begin(), name.end(), named)) return name;
    properties.remove_prefix(end);
    while (!properties.empty() && blank(properties.front())) properties.remove_prefix(1);
  }
  return "";
}

bool Source::opens_bracket(std::size_t at) const {
  at = skip_properties(at);
  return at < text_.size() && (text_[at] == '[' || text_[at] == '{');
}

bool Source::bracket_closes(std::size_t at) const {
  int open = 0;
  for (at = skip_properties(at); at < text_.size();) {
    const std::size_t behind_quote = skip_quoted(at);
    if (behind_quote == npos) return false;
    if (behind_quote != at) {
      at = behind_quote;
      continue;
    }
    if (text_[at] == '[' || text_[at] == '{') ++open;
    if ((text_[at] == ']' || text_[at] == '}') && --open == 0) return true;
    ++at;
  }
  return false;
}

std::optional<SourceLoc> Source::open_quote(std::size_t at, const std::string& file) const {
  const auto begins_scalar = [&](std::size_t i) {
    return i == 0 || blank(text_[i - 1]) ||
           std::string_view("[{,").find(text_[i - 1]) != std::string_view::npos;
  };
  while (at < text_.size()) {
    if (!begins_scalar(at)) {
      ++at;
    } else if (text_[at] == '#') {
      at = text_.find('\n', at);
    } else if (const std::size_t end = skip_quoted(at); end == npos) {
      return loc_at(text_, at, file);
    } else {
      at = std::max(end, at + 1);
    }
  }
  return std::nullopt;
}

bool Source::starts_document(std::size_t at) const {
  const std::string_view before = text_.substr(0, std::min(at, text_.size()));
  const std::size_t end = before.find_last_not_of(" \t\r\n");
  const std::string_view marker = "---";
  if (text_.substr(before.size()).starts_with(marker)) return true;
  return end != npos && end >= 2 && before.substr(0, end + 1).ends_with(marker);
}

}  // namespace skep::yaml
