#pragma once
// A stop token for work that must not take longer than a given time, such as a clean-up that goes
// on after the run's own token was requested.
#include "base/clock.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace skep {

class TimeLimit {
 public:
  /// The token is requested after `limit` (of real time), or as soon as `outer` is.
  explicit TimeLimit(Duration limit, const std::stop_token& outer = {})
      : follow_(outer, [this] { source_.request_stop(); }),
        timer_([this, limit](const std::stop_token& ended) {
          std::mutex mutex;
          std::unique_lock lock(mutex);
          std::condition_variable_any over;
          over.wait_for(lock, ended, limit, [] { return false; });
          if (!ended.stop_requested()) source_.request_stop();
        }) {}

  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::stop_callback<std::function<void()>> follow_;
  std::jthread timer_;  // last: it ends before what it uses
};

}  // namespace skep
