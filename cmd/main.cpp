#include "base/error.hpp"
#include "cmd/run.hpp"

#include <atomic>
#include <csignal>
#include <fcntl.h>
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

/// A descriptor of 0, 1 and 2 that is closed would be given to the next thing that is opened: the
/// output would go into the engine's connection.
void open_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    const int opened = open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY);
    if (opened >= 0 && opened != fd) dup2(opened, fd);
  }
}

/// Ctrl-C, SIGTERM and the end of the terminal (SIGHUP, unless nohup has it ignored) become a stop
/// request: a thread of its own waits for them, so that nothing runs in a handler. A second one
/// ends the program at once.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    struct sigaction hangup {};
    if (sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
      sigaddset(&set_, SIGHUP);
    sigaddset(&set_, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);  // a limit of a file's size is an error of the write
    thread_ = std::thread([this] { wait(); });
  }
  ~Signals() {
    over_ = true;
    pthread_kill(thread_.native_handle(), SIGUSR2);
    thread_.join();
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  std::stop_token token() const { return source_.get_token(); }

 private:
  void wait() {
    int number = 0;
    while (sigwait(&set_, &number) == 0 && !over_) {
      if (number != SIGUSR2 && !source_.request_stop()) _exit(130);  // somebody else's: no matter
    }
  }

  sigset_t set_{};
  std::stop_source source_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace

int main(int argc, char** argv) try {
  open_standard_streams();
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
                         .connect = skep::deploy::connect_to_engine};
  return skep::cmd::run({argv + 1, argv + argc}, world);
} catch (const std::exception& exception) {
  std::cerr << "error: " << skep::as_error(exception).what() << std::endl;
  return 1;
}
