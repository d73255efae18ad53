#pragma once
// Time that passes only when somebody sleeps or a test says so.
#include "base/clock.hpp"
#include "base/error.hpp"

#include <chrono>
#include <mutex>
#include <vector>

namespace skep::test {

class FakeClock : public Clock {
 public:
  TimePoint now() const override {
    const std::lock_guard lock(mutex_);
    return TimePoint(std::chrono::hours(1)) + passed_;
  }
  /// 2026-01-02T03:04:05Z at first.
  WallTime wall() const override {
    const std::lock_guard lock(mutex_);
    return WallTime(std::chrono::seconds(1767323045)) + passed_;
  }
  void sleep(Duration duration, std::stop_token stop) override {
    if (stop.stop_requested()) throw Error(Kind::interrupted, "interrupted");
    const std::lock_guard lock(mutex_);
    sleeps_.push_back(duration);
    passed_ += duration;
  }
  void advance(Duration duration) {
    const std::lock_guard lock(mutex_);
    passed_ += duration;
  }
  /// Every sleep so far.
  std::vector<Duration> sleeps() const {
    const std::lock_guard lock(mutex_);
    return sleeps_;
  }

 private:
  mutable std::mutex mutex_;
  Duration passed_{};
  std::vector<Duration> sleeps_;
};

}  // namespace skep::test
