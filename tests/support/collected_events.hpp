#pragma once
// Keeps every event, for tests to look at.
#include "base/event.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace skep::test {

class CollectedEvents : public EventSink {
 public:
  void emit(const Event& event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  }
  template <typename T>
  std::vector<T> all() const {
    const std::lock_guard lock(mutex_);
    std::vector<T> found;
    for (const auto& event : events_) {
      if (const auto* one = std::get_if<T>(&event)) found.push_back(*one);
    }
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

}  // namespace skep::test
