#include "base/companion.hpp"

#include "base/error.hpp"
#include "base/process.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace skep {
namespace {

constexpr std::size_t kLastWords = 4096;
constexpr auto kTimeToEnd = std::chrono::seconds(3);

/// Everything that the child needs, made before the fork: behind it nothing may be allocated.
struct Start {
  std::string path;
  std::vector<std::string> words;      // the program's name and arguments
  std::vector<std::string> variables;  // NAME=value
  std::string folder;
  bool own_group = true;
  std::vector<char*> argv = {};
  std::vector<char*> environment = {};

  void point() {
    for (auto& word : words) argv.push_back(word.data());
    for (auto& variable : variables) environment.push_back(variable.data());
    argv.push_back(nullptr);
    environment.push_back(nullptr);
  }
};

/// Runs in the child, so only what is safe behind a fork of a program with threads.
[[noreturn]] void become(const Start& start, int out, pid_t parent) {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  for (const int number : {SIGINT, SIGHUP, SIGQUIT}) ::signal(number, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);  // it had ended already
  if (start.own_group) ::setpgid(0, 0);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0 || ::dup2(out, STDOUT_FILENO) < 0 ||
      ::dup2(out, STDERR_FILENO) < 0 || ::chdir(start.folder.c_str()) != 0)
    ::_exit(126);
  ::close_range(3, ~0U, 0);
  ::execve(start.path.c_str(), start.argv.data(), start.environment.data());
  ::_exit(127);
}

Start make_start(const std::vector<std::string>& argv, const Env& env) {
  Start start{.path = find_program(argv.at(0), env),
              .words = argv,
              .variables = {},
              .folder = env.cwd,
              .own_group = !env.may_ask};
  for (const auto& [name, value] : env.variables) start.variables.push_back(name + "=" + value);
  return start;
}

int status_of(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Companion::Companion(const std::vector<std::string>& argv, const Env& env) {
  find_program(argv.at(0), env);  // so that it is this thread that says so
  said_.reserve(2 * kLastWords);  // the keeper's thread is not to run out of memory
  keeper_ = std::thread([this, argv, env] { keep(argv, env); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return pid_ != 0 || error_ != 0; });
  if (error_ == 0) return;
  lock.unlock();
  keeper_.join();
  throw Error(Kind::internal, fmt::format("cannot run {}: {}", argv.front(),
                                          std::generic_category().message(error_)));
}

Companion::~Companion() {
  {
    std::unique_lock lock(mutex_);
    if (!ended_) ::kill(pid_, SIGTERM);
    if (!changed_.wait_for(lock, kTimeToEnd, [this] { return ended_.has_value(); }))
      ::kill(pid_, SIGKILL);
  }
  keeper_.join();
}

std::optional<int> Companion::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

std::string Companion::said() const {
  const std::lock_guard lock(mutex_);
  return said_;
}

void Companion::keep(const std::vector<std::string>& argv, const Env& env) {
  const auto fail = [this](int error) {
    const std::lock_guard lock(mutex_);
    error_ = error;
    changed_.notify_all();
  };
  Start start;
  std::array<int, 2> ends{};
  try {
    start = make_start(argv, env);
    start.point();
  } catch (const std::exception&) {
    return fail(ENOENT);
  }
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(errno);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) become(start, ends[1], parent);
  // glibc 2.36 declares pidfd_open for C alone.
  const int process = pid < 0 ? -1 : static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  const int error = errno;
  ::close(ends[1]);
  if (process < 0) {
    if (pid > 0) {
      ::kill(pid, SIGKILL);
      status_of(pid);
    }
    ::close(ends[0]);
    return fail(error);
  }
  {
    const std::lock_guard lock(mutex_);
    pid_ = pid;
    changed_.notify_all();
  }
  listen(ends[0], process);
  ::close(ends[0]);
  ::close(process);
}

/// Takes what it says until it has ended. What it began and left behind may hold the pipe open.
void Companion::listen(int pipe, int process) {
  std::array<pollfd, 2> fds{pollfd{.fd = pipe, .events = POLLIN, .revents = 0},
                            pollfd{.fd = process, .events = POLLIN, .revents = 0}};
  std::array<char, 4096> buffer{};
  ::fcntl(pipe, F_SETFL, O_NONBLOCK);
  const auto take = [&] {
    const auto count = ::read(pipe, buffer.data(), buffer.size());
    if (count > 0) note({buffer.data(), static_cast<std::size_t>(count)});
    return count;
  };
  while (fds[1].revents == 0) {
    if (::poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[0].revents != 0 && take() == 0) fds[0].fd = -1;  // the end: poll leaves it out
  }
  while (take() > 0) {
  }
  const std::lock_guard lock(mutex_);
  ended_ = status_of(pid_);
  changed_.notify_all();
}

void Companion::note(std::string_view more) {
  const std::lock_guard lock(mutex_);
  said_ += more;
  if (said_.size() > kLastWords) said_.erase(0, said_.size() - kLastWords);
}

}  // namespace skep
