#include "yaml/timestamp.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <array>

namespace skep::yaml {
namespace {

/// Takes from the front of a text; every function gives false at the first thing that does not fit.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool number(int& value, std::size_t least, std::size_t most) {
    std::size_t length = 0;
    for (value = 0; length < most && length < text_.size() && is_digit(text_[length]); ++length)
      value = value * 10 + (text_[length] - '0');
    text_.remove_prefix(length);
    return length >= least;
  }
  /// ".5" → "5". No fraction is right too.
  bool fraction(std::string& digits) {
    const bool there =
        text_.size() > 1 && (text_[0] == '.' || text_[0] == ',') && is_digit(text_[1]);
    if (!there) return true;
    for (text_.remove_prefix(1); !text_.empty() && is_digit(text_[0]); text_.remove_prefix(1))
      digits += text_[0];
    constexpr std::size_t kNanoseconds = 9;
    return digits.size() <= kNanoseconds;
  }
  /// "Z", "+02:00" → "+0000 UTC", "+0200 +0200"
  bool zone(std::string& shown) {
    if (take('Z')) return true;
    const char sign = text_.empty() ? ' ' : text_[0];
    int hours = 0, minutes = 0;
    const bool fits = (take('+') || take('-')) && number(hours, 2, 2) && take(':') &&
                      number(minutes, 2, 2) && hours <= 24 && minutes < 60;
    if (!fits) return false;
    const std::string offset = fmt::format("{}{:02}{:02}", sign, hours, minutes);
    if (hours != 0 || minutes != 0) shown = offset + " " + offset;
    return true;
  }

 private:
  std::string_view text_;
};

int days_of(int year, int month) {
  constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

}  // namespace

std::optional<std::string> go_time(std::string_view text) {
  Scanner scanner(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const bool date = scanner.number(year, 4, 4) && scanner.take('-') &&
                    scanner.number(month, 1, 2) && scanner.take('-') && scanner.number(day, 1, 2);
  if (!date || month < 1 || month > 12 || day < 1 || day > days_of(year, month))
    return std::nullopt;
  std::string fraction, zone = "+0000 UTC";
  if (!scanner.done()) {
    const bool zoned = scanner.take('T') || scanner.take('t');
    if (!zoned && !scanner.take(' ')) return std::nullopt;
    const bool time = scanner.number(hour, 1, 2) && scanner.take(':') &&
                      scanner.number(minute, 1, 2) && scanner.take(':') &&
                      scanner.number(second, 1, 2) && scanner.fraction(fraction);
    if (!time || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    if (zoned && !scanner.zone(zone)) return std::nullopt;
    if (!scanner.done()) return std::nullopt;
  }
  while (fraction.ends_with('0')) fraction.pop_back();
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}{}{} {}", year, month, day, hour, minute,
                     second, fraction.empty() ? "" : ".", fraction, zone);
}

}  // namespace skep::yaml
