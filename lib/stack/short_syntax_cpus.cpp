#include "stack/short_syntax.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

namespace skep::stack {
namespace {

constexpr int kNanoDigits = 9;
constexpr std::int64_t kNano = 1'000'000'000;

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [rest, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || bad != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return value;
}

Parsed<std::int64_t> no_number(const std::string& text) {
  return {0, fmt::format("\"{}\" is no number of CPUs", text),
          "write one such as \"0.5\" or \"2\""};
}

Parsed<std::int64_t> too_fine(const std::string& text) {
  return {0, fmt::format("\"{}\" is finer than a billionth of a CPU", text),
          "write one such as \"0.5\" or \"2\""};
}

/// Digits with the point `shift` places from their end, in billionths.
Parsed<std::int64_t> scaled(const std::string& text, std::string digits, std::int64_t shift) {
  shift += kNanoDigits;
  for (; shift < 0 && digits.size() > 1 && digits.back() == '0'; ++shift) digits.pop_back();
  const auto value = whole(digits);
  if (!value) return no_number(text);
  if (*value == 0) return {0, "", ""};
  if (shift < 0) return too_fine(text);
  if (shift > kNanoDigits * 2) return no_number(text);
  const auto result = whole(digits + std::string(static_cast<std::size_t>(shift), '0'));
  return result ? Parsed<std::int64_t>{*result, "", ""} : no_number(text);
}

}  // namespace

Parsed<std::int64_t> parse_cpus(const std::string& text) {
  const auto slash = text.find('/');
  if (slash != std::string::npos) {
    const auto above = whole(std::string_view(text).substr(0, slash));
    const auto below = whole(std::string_view(text).substr(slash + 1));
    if (!above || !below || *above < 0 || *below <= 0 || *above > kNano) return no_number(text);
    if (*above * kNano % *below != 0) return too_fine(text);
    return {*above * kNano / *below, "", ""};
  }
  const auto e = text.find_first_of("eE");
  std::int64_t shift = 0;
  if (e != std::string::npos) {
    std::string_view exponent = std::string_view(text).substr(e + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    const auto value = whole(exponent);
    if (!value) return no_number(text);
    shift = *value;
  }
  std::string digits = text.substr(0, e);
  if (digits.starts_with('+')) digits.erase(0, 1);
  const auto point = digits.find('.');
  if (point != std::string::npos) {
    shift -= static_cast<std::int64_t>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  if (digits.find_first_not_of("0123456789") != std::string::npos || digits.empty())
    return no_number(text);
  return scaled(text, digits, shift);
}

}  // namespace skep::stack
