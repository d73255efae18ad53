#include "image/ignore.hpp"

#include "base/error.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace skep::image {

namespace {

/// strings.TrimSpace of Go: white space of Unicode.
std::string_view trim_space(std::string_view text) {
  constexpr auto kWide = std::to_array<std::string_view>(
      {"\u0085", "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005",
       "\u2006", "\u2007", "\u2008", "\u2009", "\u200A", "\u2028", "\u2029", "\u202F", "\u205F",
       "\u3000", " ",      "\t",     "\n",     "\v",     "\f",     "\r"});
  const auto size_of = [&](auto fits) -> std::size_t {
    const auto space = std::find_if(kWide.begin(), kWide.end(), fits);
    return space == kWide.end() ? 0 : space->size();
  };
  while (const auto size = size_of([&](auto space) { return text.starts_with(space); })) {
    text.remove_prefix(size);
  }
  while (const auto size = size_of([&](auto space) { return text.ends_with(space); })) {
    text.remove_suffix(size);
  }
  return text;
}

[[noreturn]] void malformed() {
  throw Error(Kind::input, "syntax error in pattern");
}

/// One character of a [class] as filepath.Match reads it; returns what is left.
std::string_view skip_class_rune(std::string_view rest) {
  if (rest.starts_with('-') || rest.starts_with(']')) malformed();
  if (rest.starts_with('\\')) rest.remove_prefix(1);
  if (rest.empty()) malformed();
  const auto length = decode(rest).length;
  if (length == 0) malformed();
  rest.remove_prefix(length);
  if (rest.empty()) malformed();
  return rest;
}

/// filepath.Match's syntax: docker refuses what it refuses, though it does not match by it.
void check_syntax(std::string_view pattern) {
  while (!pattern.empty()) {
    const char c = pattern.front();
    pattern.remove_prefix(1);
    if (c == '\\') {
      if (pattern.empty()) malformed();
      pattern.remove_prefix(1);
    } else if (c == '[') {
      if (pattern.starts_with('^')) pattern.remove_prefix(1);
      for (int ranges = 0; ranges == 0 || !pattern.starts_with(']'); ++ranges) {
        pattern = skip_class_rune(pattern);
        if (pattern.starts_with('-')) pattern = skip_class_rune(pattern.substr(1));
      }
      pattern.remove_prefix(1);
    }
  }
}

/// As fsutil's patternWithoutTrailingGlob.
std::string without_trailing_glob(std::string pattern) {
  for (const std::string_view glob : {"/**", "/*"}) {
    if (pattern.ends_with(glob)) pattern.resize(pattern.size() - glob.size());
  }
  return pattern;
}

/// A line of the file as moby's ignorefile gives it on: clean, without a leading "/", "!" in front
/// of an exception.
std::string normal_line(std::string_view line) {
  const bool exception = line.front() == '!';
  if (exception) line = trim_space(line.substr(1));
  auto clean = line.empty() ? std::string() : clean_path(line);
  if (clean.size() > 1 && clean.front() == '/') clean.erase(0, 1);
  return (exception ? "!" : "") + clean;
}

}  // namespace

std::string clean_path(std::string_view path) {
  const bool rooted = path.starts_with('/');
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), part.size() + 1));
    if (part.empty() || part == ".") continue;
    if (part != ".." || (parts.empty() ? !rooted : parts.back() == "..")) {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  const auto joined = fmt::format("{}{}", rooted ? "/" : "", fmt::join(parts, "/"));
  return joined.empty() ? "." : joined;
}

IgnorePattern::IgnorePattern(std::string pattern) : pattern_(std::move(pattern)) {
  check_syntax(pattern_);
  // The translation of moby/patternmatcher (Pattern.compile), step by step, with all that follows
  // from it: `|` and `^` stay what they are in a regular expression, and "[*]" is not the character
  // "*".
  std::string expression = "^";
  constexpr std::string_view kEscaped = ".+()$";
  const std::string_view text = pattern_;
  for (std::size_t at = 0; at < text.size();) {
    const bool first = at == 0;
    const char c = text[at++];
    if (c == '*' && text.substr(at).starts_with('*')) {
      ++at;
      if (text.substr(at).starts_with('/')) ++at;
      if (at < text.size()) {
        expression += "(.*/)?";
        how_ = How::regex;
      } else if (how_ == How::exact) {
        how_ = How::prefix;
      } else {
        expression += ".*";
        how_ = How::regex;
      }
      if (first) how_ = How::suffix;
    } else if (c == '*' || c == '?') {
      expression += c == '*' ? "[^/]*" : "[^/]";
      how_ = How::regex;
    } else if (kEscaped.find(c) != std::string_view::npos) {
      expression += {'\\', c};
    } else if (c == '\\') {
      expression += {'\\', text[at++]};  // check_syntax saw that there is one
      how_ = How::regex;
    } else {
      expression += c;
      if (c == '[' || c == ']') how_ = How::regex;
    }
  }
  if (how_ == How::regex) regex_.emplace(expression + "$");
}

bool IgnorePattern::matches(const std::string& path) const {
  const std::string_view pattern = pattern_;
  switch (how_) {
    case How::exact:
      return path == pattern;
    case How::prefix:
      return path.starts_with(pattern.substr(0, pattern.size() - 2));
    case How::suffix: {
      const auto suffix = pattern.substr(2);
      return path.ends_with(suffix) || (suffix.starts_with('/') && path == suffix.substr(1));
    }
    case How::regex:
      return regex_->found_in(path);
  }
  return false;
}

IgnoreRules::IgnoreRules(std::string_view text, const std::string& file) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  for (int line = 1; !text.empty(); ++line) {
    const auto whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), whole.size() + 1));
    if (whole.starts_with('#')) continue;
    const auto written = trim_space(whole);
    if (written.empty()) continue;
    // Cleaned twice, as docker does it: by ignorefile, and with its "!" by patternmatcher.
    auto pattern = clean_path(trim_space(normal_line(written)));
    const bool exception = pattern.front() == '!';
    if (exception) pattern.erase(0, 1);
    const SourceLoc loc{.file = file, .line = line};
    if (pattern.empty()) throw Error(Kind::input, loc, "illegal exclusion pattern: \"!\"");
    try {
      rules_.push_back({.pattern = IgnorePattern(pattern), .exception = exception});
    } catch (const Error& error) {
      throw Error(Kind::input, loc, fmt::format("pattern \"{}\": {}", written, error.message()));
    }
  }
}

IgnoreRules::Verdict IgnoreRules::judge(const std::string& path, const Verdict* parent) const {
  Verdict verdict{.matched = std::vector<bool>(rules_.size(), false)};
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const auto& rule = rules_[i];
    bool match = parent != nullptr && parent->matched[i];
    if (!match) {
      // A rule that could not change the verdict is not asked, and then does not count for what is
      // below.
      if (rule.exception != verdict.ignored) continue;
      match = rule.pattern.matches(path);
    }
    verdict.matched[i] = match;
    if (match) verdict.ignored = !rule.exception;
  }
  return verdict;
}

bool IgnoreRules::may_except_below(const std::string& directory) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    if (!rule.exception) return false;
    const auto text = without_trailing_glob(rule.pattern.text());
    const bool wild = text.find_first_of("*[]?^\\") != std::string::npos;
    return wild || (text + "/").starts_with(directory + "/");
  });
}

}  // namespace skep::image
