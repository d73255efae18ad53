#pragma once
// A stop token for work that must not take longer than a given time. A clean-up uses one after the
// run's own token was requested.
#include "base/clock.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <type_traits>

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
          over.wait_for(lock, ended, std::min<Duration>(limit, kLongest), [] { return false; });
          if (!ended.stop_requested()) source_.request_stop();
        }) {}

  std::stop_token token() const { return source_.get_token(); }

 private:
  static constexpr Duration kLongest = std::chrono::hours(24 * 365);  // what a wait can add to now
  std::stop_source source_;
  std::stop_callback<std::function<void()>> follow_;
  std::jthread timer_;  // last: it ends before what it uses
};

/// Runs `f` with a token that is requested after `limit`, or when `outer` is. nullopt when the time
/// was over before `f` had ended. A stop from `outer` is thrown on.
template <typename F>
auto within(Duration limit, const std::stop_token& outer, F f)
    -> std::optional<std::invoke_result_t<F, std::stop_token>> {
  const TimeLimit timer(limit, outer);
  try {
    return f(timer.token());
  } catch (const Error& error) {
    if (error.kind() != Kind::interrupted || outer.stop_requested()) throw;
    return std::nullopt;
  }
}

}  // namespace skep
