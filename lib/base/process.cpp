#include "base/process.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace skep {
namespace {

[[noreturn]] void fail(const std::string& program, int error) {
  throw Error(Kind::internal,
              fmt::format("cannot run {}: {}", program, std::generic_category().message(error)));
}

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw Error(Kind::internal, "no pipe: " + std::generic_category().message(errno));
    }
    read = ends[0];
    write = ends[1];
  }
  ~Pipe() {
    close(read);
    close(write);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  static void close(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
};

/// Keeps SIGPIPE from this thread: a program that does not read its input is no reason to die.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigpipe() {
    const timespec now{};
    while (sigtimedwait(&pipe_, nullptr, &now) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

pid_t spawn(const std::string& path, const std::vector<std::string>& argv, const Env& env,
            std::array<int, 3> fds) {
  std::vector<char*> arguments;
  for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  std::vector<std::string> variables;
  for (const auto& [name, value] : env.variables) variables.push_back(name + "=" + value);
  std::vector<char*> environment;
  for (auto& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int fd = 0; fd < 3; ++fd) {
    posix_spawn_file_actions_adddup2(&actions, fds[static_cast<std::size_t>(fd)], fd);
  }
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);  // whatever a library has left open
  posix_spawn_file_actions_addchdir_np(&actions, env.cwd.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // skep's own threads block the signals that end it: the program must not.
  sigset_t all;
  sigset_t none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, path.c_str(), &actions, &attributes, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) fail(argv.front(), error);
  return pid;
}

/// Takes what there is to read; closes the descriptor at its end.
void drain(int& fd, std::string& into) {
  std::array<char, 65536> buffer{};
  const ssize_t count = ::read(fd, buffer.data(), buffer.size());
  if (count > 0) {
    into.append(buffer.data(), static_cast<std::size_t>(count));
  } else if (count == 0 || errno != EINTR) {
    Pipe::close(fd);
  }
}

void feed(int& fd, std::string_view& rest) {
  const ssize_t count = rest.empty() ? 0 : ::write(fd, rest.data(), rest.size());
  if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
  const bool gone = count < 0 && errno != EAGAIN && errno != EINTR;
  if (rest.empty() || gone) Pipe::close(fd);
}

/// The running program. Whoever leaves without having seen its end ends it.
class Child {
 public:
  Child(const std::vector<std::string>& argv, const Env& env, const ProcessLimits& limits)
      : name_(argv.at(0)), limits_(limits) {
    pid_ = spawn(find_program(name_, env), argv, env, {in_.read, out_.write, err_.write});
    Pipe::close(in_.read);
    Pipe::close(out_.write);
    Pipe::close(err_.write);
  }
  ~Child() {
    if (!ended_) end();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  ProcessResult talk(std::string_view input) {
    ProcessResult result;
    ::fcntl(in_.write, F_SETFL, O_NONBLOCK);
    while (in_.write >= 0 || out_.read >= 0 || err_.read >= 0) {
      std::array<pollfd, 3> fds = {
          pollfd{in_.write, POLLOUT, 0}, {out_.read, POLLIN, 0}, {err_.read, POLLIN, 0}};
      if (::poll(fds.data(), fds.size(), kPollMs) < 0 && errno != EINTR) fail(name_, errno);
      if (fds[0].revents != 0) feed(in_.write, input);
      if (fds[1].revents != 0) drain(out_.read, result.out);
      if (fds[2].revents != 0) drain(err_.read, result.err);
      check(std::max(result.out.size(), result.err.size()));
      // What it began and left behind may hold the streams open for ever.
      if (reap() && std::chrono::steady_clock::now() - ended_at_ > kLastWords) break;
    }
    while (!reap()) {
      check(0);
      ::poll(nullptr, 0, 1);
    }
    ::kill(-pid_, SIGKILL);
    result.exit = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
    return result;
  }

 private:
  static constexpr int kPollMs = 50;  // how soon a stop is felt
  static constexpr int kPollsToKill = 40;
  static constexpr auto kLastWords = std::chrono::seconds(1);

  void check(std::size_t said) {
    if (limits_.stop.stop_requested()) throw Error(Kind::interrupted, "interrupted");
    if (said > limits_.bytes)
      throw Error(Kind::rejected, fmt::format("{} says more than {} bytes", name_, limits_.bytes));
    const auto now = std::chrono::steady_clock::now();
    if (now - begin_ > limits_.time) {
      throw Error(
          Kind::deadline,
          fmt::format("{} has not ended after {} s", name_,
                      std::chrono::duration_cast<std::chrono::seconds>(limits_.time).count()),
          "does it wait for a passphrase, or for the network?");
    }
    if (limits_.slow && !told_ && now - begin_ > kSlow) {
      told_ = true;
      limits_.slow();
    }
  }

  /// Whether it has ended.
  bool reap() {
    if (ended_) return true;
    const pid_t ended = ::waitpid(pid_, &status_, WNOHANG);
    if (ended < 0 && errno != EINTR) fail(name_, errno);
    ended_ = ended == pid_;
    ended_at_ = std::chrono::steady_clock::now();
    return ended_;
  }

  void end() noexcept {
    ::kill(-pid_, SIGTERM);
    for (int i = 0; i < kPollsToKill && ::waitpid(pid_, nullptr, WNOHANG) == 0; ++i)
      ::poll(nullptr, 0, kPollMs);
    ::kill(-pid_, SIGKILL);  // also what it began and has not taken with it
    ::waitpid(pid_, nullptr, 0);
  }

  std::string name_;
  const ProcessLimits& limits_;
  Pipe in_;
  Pipe out_;
  Pipe err_;
  pid_t pid_ = -1;
  bool ended_ = false;
  int status_ = 0;
  std::chrono::steady_clock::time_point ended_at_{};
  bool told_ = false;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

std::string find_program(const std::string& name, const Env& env) {
  if (name.find('/') != std::string::npos) {
    const std::string path = name.front() == '/' ? name : env.cwd + "/" + name;
    if (::access(path.c_str(), X_OK) == 0) return path;
    throw Error(Kind::not_found, fmt::format("no program {}", name));
  }
  const std::string folders = env.get("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  for (std::size_t from = 0; from <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', from), folders.size());
    const std::string path = folders.substr(from, end - from) + "/" + name;
    if (path.front() == '/' && path.size() > name.size() + 1 && ::access(path.c_str(), X_OK) == 0) {
      return path;
    }
    from = end + 1;
  }
  throw Error(Kind::not_found, fmt::format("no program {} in PATH", name));
}

ProcessResult run_process(const std::vector<std::string>& argv, const std::string& input,
                          const Env& env, const ProcessLimits& limits) {
  const NoSigpipe quiet;
  return Child(argv, env, limits).talk(input);
}

}  // namespace skep
