#pragma once
// A stop request as a file descriptor, so that it wakes poll(2) at once.
#include <functional>
#include <stop_token>

namespace skep::http {

class Wake {
 public:
  /// Throws Error{internal} when the system has no descriptor left.
  explicit Wake(std::stop_token stop);
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  /// Readable once stop was requested.
  int fd() const { return event_.fd; }
  /// Throws Error{interrupted} when stop was requested.
  void check() const;

 private:
  struct Event {
    Event();
    ~Event();
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    int fd;
  };
  Event event_;  // before the callback, which writes to it until it is destroyed
  std::stop_token stop_;
  std::stop_callback<std::function<void()>> callback_;
};

}  // namespace skep::http
