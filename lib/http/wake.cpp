#include "http/wake.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.hpp"

namespace skep::http {

namespace {

int make_event() {
  const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) throw Error(Kind::internal, std::string("eventfd: ") + std::strerror(errno));
  return fd;
}

void raise_event(int fd) {
  const std::uint64_t one = 1;
  // It fails only when the counter is full, and then the descriptor is readable already.
  [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
}

}  // namespace

Wake::Wake(std::stop_token stop)
    : fd_(make_event()), stop_(std::move(stop)), callback_(stop_, [this] { raise_event(fd_); }) {}

Wake::~Wake() { ::close(fd_); }

void Wake::check() const {
  if (stop_.stop_requested()) throw Error(Kind::interrupted, "interrupted");
}

}  // namespace skep::http
