#pragma once
// Time behind a seam, so that tests of waiting take no time.
#include <chrono>
#include <stop_token>
#include <string>

namespace skep {

using Duration = std::chrono::nanoseconds;
/// A point on CLOCK_BOOTTIME: it goes on while the machine sleeps, which the lock's expiry depends
/// on.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;
/// Seconds and nanoseconds since 1970, UTC.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// `now` and `duration` later; the end of time where that is beyond it.
constexpr TimePoint after(TimePoint now, Duration duration) {
  return duration > TimePoint::max() - now ? TimePoint::max() : now + duration;
}

/// The sum of two durations; the longest where that is more.
constexpr Duration longer(Duration duration, Duration by) {
  return duration > Duration::max() - by ? Duration::max() : duration + by;
}

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  virtual WallTime wall() const = 0;
  /// Returns after `duration`. Throws Error{interrupted} as soon as `stop` is requested.
  virtual void sleep(Duration duration, std::stop_token stop) = 0;
};

class SystemClock : public Clock {
 public:
  TimePoint now() const override;
  WallTime wall() const override;
  void sleep(Duration duration, std::stop_token stop) override;
};

/// "2026-11-25T15:38:35Z" (RFC 3339, seconds).
std::string format_utc(WallTime time);
/// Reads RFC 3339 as the engine writes it, with up to nine digits of a second. Throws
/// Error{rejected}. What nanoseconds since 1970 cannot say (Go's zero time, the year 1) is
/// WallTime::min() or max().
WallTime parse_utc(const std::string& text);

}  // namespace skep
