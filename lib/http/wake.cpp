#include "http/wake.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <sys/eventfd.h>
#include <unistd.h>

namespace skep::http {

namespace {

void raise_event(int fd) {
  const std::uint64_t one = 1;
  // It fails only when the counter is full, and then the descriptor is readable already.
  [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
}

}  // namespace

Wake::Event::Event() : fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd < 0) throw Error(Kind::internal, std::string("eventfd: ") + std::strerror(errno));
}

Wake::Event::~Event() {
  ::close(fd);
}

Wake::Wake(std::stop_token stop)
    : stop_(std::move(stop)), callback_(stop_, [this] { raise_event(event_.fd); }) {}

void Wake::check() const {
  if (stop_.stop_requested()) throw Error(Kind::interrupted, "interrupted");
}

}  // namespace skep::http
