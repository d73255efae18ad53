#include "base/units.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

namespace skep {
namespace {

constexpr std::uint64_t kNanosecond = 1;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

std::optional<std::uint64_t> unit_of(std::string_view name) {
  if (name == "ns") return kNanosecond;
  if (name == "us" || name == "\u00b5s" || name == "\u03bcs") return 1000 * kNanosecond;
  if (name == "ms") return 1'000'000 * kNanosecond;
  if (name == "s") return kSecond;
  if (name == "m") return 60 * kSecond;
  if (name == "h") return 3600 * kSecond;
  return std::nullopt;
}

/// One "1.5h" from the front of `text`, in nanoseconds. Go cuts digits that no longer fit a
/// fraction.
std::optional<std::uint64_t> take_part(std::string_view& text) {
  std::uint64_t whole = 0;
  std::size_t at = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    if (whole > kMost / 10) return std::nullopt;
    whole = whole * 10 + static_cast<std::uint64_t>(text[at] - '0');
  }
  bool any = at > 0;
  std::uint64_t fraction = 0;
  double scale = 1;
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && is_digit(text[at]); ++at) {
      any = true;
      if (fraction > (kMost - 9) / 10) continue;
      fraction = fraction * 10 + static_cast<std::uint64_t>(text[at] - '0');
      scale *= 10;
    }
  }
  if (!any) return std::nullopt;
  const std::size_t name = at;
  while (at < text.size() && text[at] != '.' && !is_digit(text[at])) ++at;
  const auto unit = unit_of(text.substr(name, at - name));
  if (!unit || whole > kMost / *unit) return std::nullopt;
  text.remove_prefix(at);
  return whole * *unit + static_cast<std::uint64_t>(static_cast<double>(fraction) *
                                                    (static_cast<double>(*unit) / scale));
}

/// "1.5" for 1500 thousandths, without zeros at the end.
std::string decimal(std::uint64_t value, std::uint64_t unit) {
  std::string text = std::to_string(value / unit);
  std::string fraction = std::to_string(unit + value % unit).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return fraction.empty() ? text : text + "." + fraction;
}

std::optional<double> size_unit(std::string suffix) {
  for (char& c : suffix) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (suffix.empty() || suffix == "b") return 1;
  const std::size_t power = std::string_view("kmgtp").find(suffix[0]);
  const std::string rest = suffix.substr(1);
  if (power == std::string_view::npos) return std::nullopt;
  if (!rest.empty() && rest != "b" && rest != "ib") return std::nullopt;
  return std::pow(1024.0, static_cast<double>(power + 1));
}

}  // namespace

std::optional<Duration> parse_duration(const std::string& text) {
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  if (rest == "0") return Duration(0);
  if (rest.empty()) return std::nullopt;
  std::uint64_t total = 0;
  while (!rest.empty()) {
    const auto part = take_part(rest);
    if (!part || *part > kMost - total) return std::nullopt;
    total += *part;
  }
  const auto value = static_cast<std::int64_t>(total);
  return Duration(negative ? -value : value);
}

std::string format_duration(Duration duration) {
  const std::string sign = duration.count() < 0 ? "-" : "";
  const auto value = duration.count() < 0 ? 0 - static_cast<std::uint64_t>(duration.count())
                                          : static_cast<std::uint64_t>(duration.count());
  if (value == 0) return "0s";
  if (value < 1000) return fmt::format("{}{}ns", sign, value);
  if (value < 1'000'000) return sign + decimal(value, 1000) + "\u00b5s";
  if (value < kSecond) return sign + decimal(value, 1'000'000) + "ms";
  const std::uint64_t hours = value / (3600 * kSecond);
  const std::uint64_t minutes = value / (60 * kSecond) % 60;
  std::string text = decimal(value % (60 * kSecond), kSecond) + "s";
  if (value >= 60 * kSecond) text = fmt::format("{}m{}", minutes, text);
  if (hours > 0) text = fmt::format("{}h{}", hours, text);
  return sign + text;
}

// docker/go-units, parseSize
std::optional<std::int64_t> parse_size(const std::string& text) {
  const std::size_t last = text.find_last_of("0123456789. ");
  if (last == std::string::npos) return std::nullopt;
  const std::string number = text.substr(0, text[last] == ' ' ? last : last + 1);
  const auto unit = size_unit(text.substr(last + 1));
  double value = 0;
  const char* end = number.data() + number.size();
  const auto [rest, error] = std::from_chars(number.data(), end, value);
  if (number.empty() || !unit || error != std::errc() || rest != end) return std::nullopt;
  value *= *unit;
  if (!(value >= 0) || value >= 9223372036854775808.0) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::string format_size(std::uint64_t bytes) {
  constexpr std::array kUnits = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1000 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return fmt::format("{:.4g} {}", value, kUnits[unit]);
}

}  // namespace skep
