#include "yaml/typing.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace skep::yaml {
namespace {

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  for (const auto word : words) {
    if (text == word) return true;
  }
  return false;
}

std::optional<Typed> fixed_word(std::string_view text) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
  constexpr std::array<std::string_view, 3> kTrue = {"true", "True", "TRUE"};
  constexpr std::array<std::string_view, 3> kFalse = {"false", "False", "FALSE"};
  constexpr std::array<std::string_view, 3> kNan = {".nan", ".NaN", ".NAN"};
  constexpr std::array<std::string_view, 3> kInf = {".inf", ".Inf", ".INF"};
  if (one_of(text, kNull)) return Typed{Type::null};
  if (one_of(text, kTrue)) return Typed{Type::boolean, true};
  if (one_of(text, kFalse)) return Typed{Type::boolean, false};
  if (one_of(text, kNan)) return Typed{Type::floating, false, 0, std::nan("")};
  if (one_of(text, kInf)) return Typed{Type::floating, false, 0, kInfinity};
  if (text.front() == '+' && one_of(text.substr(1), kInf)) {
    return Typed{Type::floating, false, 0, kInfinity};
  }
  if (text.front() == '-' && one_of(text.substr(1), kInf)) {
    return Typed{Type::floating, false, 0, -kInfinity};
  }
  return std::nullopt;
}

/// Go's strconv.ParseInt with base 0: a sign, then 0x, 0o, 0b, a leading 0 for octal, or decimal.
std::optional<std::int64_t> integer_of(std::string_view text) {
  const bool negative = text.front() == '-';
  if (text.front() == '-' || text.front() == '+') text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
    text.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  }
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || error != std::errc() || rest != end) return std::nullopt;
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (value > kMost + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - value : value);
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

/// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_floating(std::string_view text) {
  std::size_t at = text.front() == '-' || text.front() == '+' ? 1 : 0;
  const std::size_t whole = skip_digits(text, at);
  bool digits = whole > at;
  at = whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = skip_digits(text, at + 1);
    digits = digits || fraction > at + 1;
    at = fraction;
  }
  if (!digits) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t exponent = skip_digits(text, at);
    if (exponent == at) return false;
    at = exponent;
  }
  return at == text.size();
}

std::optional<double> floating_of(std::string_view text) {
  if (!looks_floating(text)) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // What is too small is 0 for Go; what is too big is no number.
  if (error == std::errc::result_out_of_range && text.find_first_of("eE") != text.npos) {
    const std::size_t exponent = text.find_first_of("eE");
    if (text[exponent + 1] == '-') return 0;
  }
  if (error != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

Typed type_of_plain(std::string_view text) {
  if (text.empty()) return Typed{Type::null};
  if (const auto word = fixed_word(text)) return *word;
  const bool number = is_digit(text[0]) || text[0] == '-' || text[0] == '+' || text[0] == '.';
  if (!number) return Typed{};
  std::string digits(text);
  if (text[0] != '.') std::erase(digits, '_');
  if (text[0] != '.') {
    if (const auto value = integer_of(digits)) return Typed{Type::integer, false, *value};
  }
  if (const auto value = floating_of(digits)) return Typed{Type::floating, false, 0, *value};
  return Typed{};
}

std::string format_floating(double value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  std::string text(buffer.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string plain_text(const Node& scalar) {
  switch (scalar.type()) {
    case Type::integer:
      return std::to_string(scalar.as_integer());
    case Type::floating: {
      // Go's %v: %g with the shortest digits, and an exponent from seven digits before the point
      // on.
      const double value = scalar.as_floating();
      if (std::isnan(value)) return "NaN";
      if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
      const double size = std::fabs(value);
      std::array<char, 400> buffer{};
      const auto form = size != 0 && (size < 1e-4 || size >= 1e6) ? std::chars_format::scientific
                                                                  : std::chars_format::fixed;
      const auto [end, error] =
          std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, form);
      return std::string(buffer.data(), end);
    }
    case Type::boolean:
      return scalar.as_boolean() ? "true" : "false";
    case Type::string:
      return scalar.as_string();
    case Type::null:
    case Type::list:
    case Type::map:
      return "";
  }
  return "";
}

}  // namespace skep::yaml
