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

/// `duration` after `now`, but never later than the last point that a TimePoint can hold.
constexpr TimePoint after(TimePoint now, Duration duration) {
  return duration > TimePoint::max() - now ? TimePoint::max() : now + duration;
}

/// The sum of two durations, but never more than the longest one.
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
/// Error{rejected}. A time too early or too late for nanoseconds since 1970 (such as Go's zero
/// time, the year 1) becomes WallTime::min() or max().
WallTime parse_utc(const std::string& text);

}  // namespace skep
