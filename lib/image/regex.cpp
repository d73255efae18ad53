#include "image/regex.hpp"

#include "base/error.hpp"
#include "base/utf8.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <string>

namespace skep::image {

namespace {

using re2::RE2;

/// Go takes each byte that is no UTF-8 for U+FFFD, where RE2 refuses an expression that has one and
/// finds no character in a text that has.
std::string repaired(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto length = decode(text).length;
    result += length == 0 ? "\uFFFD" : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

/// Whether \C, a single byte, stands in the expression: RE2 takes it, Go does not. (In brackets
/// both refuse it, and \Q.)
bool asks_for_a_byte(std::string_view expression) {
  for (std::size_t at = 0; at + 1 < expression.size(); ++at) {
    if (expression[at] != '\\') continue;
    const char escaped = expression[++at];
    if (escaped == 'C') return true;
    if (escaped == 'Q') at = std::min(expression.find("\\E", at + 1), expression.size() - 1);
  }
  return false;
}

std::string reason(const RE2& compiled) {
  switch (compiled.error_code()) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorRepeatArgument:
      return "missing argument to a repetition";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "a repetition of a repetition";
    case RE2::NoError:
    case RE2::ErrorInternal:
    case RE2::ErrorBadCharClass:
    case RE2::ErrorMissingParen:
    case RE2::ErrorUnexpectedParen:
    case RE2::ErrorTrailingBackslash:
    case RE2::ErrorBadPerlOp:
    case RE2::ErrorBadUTF8:
    case RE2::ErrorBadNamedCapture:
    case RE2::ErrorPatternTooLarge:
      break;
  }
  return compiled.error();
}

}  // namespace

Regex::Regex(std::string_view expression) {
  if (asks_for_a_byte(expression)) throw Error(Kind::input, "invalid escape sequence");
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  compiled_ = std::make_shared<const RE2>(repaired(expression), options);
  if (!compiled_->ok()) throw Error(Kind::input, reason(*compiled_));
}

bool Regex::found_in(std::string_view text) const {
  return RE2::PartialMatch(repaired(text), *compiled_);
}

}  // namespace skep::image
