#include "base/clock.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <condition_variable>
#include <ctime>
#include <mutex>

namespace skep {
namespace {

namespace chrono = std::chrono;

struct Reader {
  const std::string& text;
  std::size_t at = 0;
  bool good = true;

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i, ++at) {
      good = good && at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
      if (!good) return 0;
      value = value * 10 + (text[at] - '0');
    }
    return value;
  }
  bool accept(char wanted) {
    if (at >= text.size() || text[at] != wanted) return false;
    ++at;
    return true;
  }
  void expect(char wanted) { good = accept(wanted) && good; }
  chrono::nanoseconds fraction() {
    std::int64_t value = 0;
    std::int64_t unit = 1'000'000'000;
    const std::size_t first = at;
    while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) {
      unit /= 10;
      value += (text[at++] - '0') * unit;
    }
    good = good && at > first && at - first <= 9;
    return chrono::nanoseconds(value);
  }
  chrono::minutes offset() {
    if (accept('Z')) return chrono::minutes(0);
    const int sign = accept('-') ? -1 : 1;
    if (sign == 1) expect('+');
    const int hours = number(2);
    expect(':');
    const int minutes = number(2);
    return chrono::minutes(sign * (hours * 60 + minutes));
  }
};

}  // namespace

TimePoint SystemClock::now() const {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return TimePoint(chrono::seconds(time.tv_sec) + chrono::nanoseconds(time.tv_nsec));
}

WallTime SystemClock::wall() const {
  return chrono::time_point_cast<chrono::nanoseconds>(chrono::system_clock::now());
}

void SystemClock::sleep(Duration duration, std::stop_token stop) {
  // A day is long enough for every wait of skep, and cannot overflow the deadline.
  const Duration bounded = std::clamp<Duration>(duration, Duration(0), chrono::hours(24));
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, bounded, [] { return false; });
  if (stop.stop_requested()) throw Error(Kind::interrupted, "interrupted");
}

std::string format_utc(WallTime time) {
  const auto seconds = chrono::floor<chrono::seconds>(time);
  const auto day = chrono::floor<chrono::days>(seconds);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(seconds - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

WallTime parse_utc(const std::string& text) {
  Reader in{text};
  const int year = in.number(4);
  in.expect('-');
  const int month = in.number(2);
  in.expect('-');
  const int day = in.number(2);
  in.expect('T');
  const int hour = in.number(2);
  in.expect(':');
  const int minute = in.number(2);
  in.expect(':');
  const int second = in.number(2);
  const chrono::nanoseconds fraction = in.accept('.') ? in.fraction() : chrono::nanoseconds(0);
  const chrono::minutes offset = in.offset();
  const chrono::year_month_day date{chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day))};
  const bool sane = date.ok() && hour < 24 && minute < 60 && second <= 60;
  if (!in.good || in.at != text.size() || !sane) {
    throw Error(Kind::rejected, fmt::format("\"{}\" is no time in RFC 3339 form", text));
  }
  // Go's zero time is the year 1, which nanoseconds since 1970 cannot say.
  if (year < 1678) return WallTime::min();
  if (year > 2261) return WallTime::max();
  return WallTime(chrono::sys_days(date).time_since_epoch()) + chrono::hours(hour) +
         chrono::minutes(minute) + chrono::seconds(second) + fraction - offset;
}

}  // namespace skep
