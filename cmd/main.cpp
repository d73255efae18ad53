#include "cmd/run.hpp"

#include <csignal>
#include <iostream>
#include <stop_token>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

namespace {

unsigned terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// Ctrl-C and SIGTERM become a stop request: a thread of its own waits for them, so that nothing
/// runs in a handler. A second one ends the program at once.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
    thread_ = std::thread([this] { wait(); });
  }
  ~Signals() {
    pthread_kill(thread_.native_handle(), SIGUSR2);
    thread_.join();
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  std::stop_token token() const { return source_.get_token(); }

 private:
  void wait() {
    int number = 0;
    while (sigwait(&set_, &number) == 0 && number != SIGUSR2) {
      if (!source_.request_stop()) _exit(130);
    }
  }

  sigset_t set_{};
  std::stop_source source_;
  std::thread thread_;
};

}  // namespace

int main(int argc, char** argv) {
  const Signals signals;
  skep::SystemClock clock;
  skep::cmd::World world{.env = skep::process_env(),
                         .out = std::cout,
                         .err = std::cerr,
                         .in = std::cin,
                         .err_is_terminal = isatty(STDERR_FILENO) == 1,
                         .width = terminal_width(),
                         .stop = signals.token(),
                         .clock = clock,
                         .connect = skep::ops::connect_to_engine};
  return skep::cmd::run({argv + 1, argv + argc}, world);
}
