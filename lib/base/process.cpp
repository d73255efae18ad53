#include "base/process.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

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
  const sigset_t& before() const { return before_; }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

pid_t spawn(const std::string& path, const std::vector<std::string>& argv, const Env& env,
            std::array<int, 3> fds, const sigset_t& mask) {
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
  posix_spawn_file_actions_addchdir_np(&actions, env.cwd.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setsigmask(&attributes, &mask);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
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

void talk(int& in, int& out, int& err, std::string_view input, ProcessResult& result) {
  ::fcntl(in, F_SETFL, O_NONBLOCK);
  while (in >= 0 || out >= 0 || err >= 0) {
    std::array<pollfd, 3> fds = {pollfd{in, POLLOUT, 0}, {out, POLLIN, 0}, {err, POLLIN, 0}};
    if (::poll(fds.data(), fds.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    if (fds[0].revents != 0) feed(in, input);
    if (fds[1].revents != 0) drain(out, result.out);
    if (fds[2].revents != 0) drain(err, result.err);
  }
}

int exit_of(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 255;
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& argv, const std::string& input,
                          const Env& env) {
  const std::string path = find_program(argv.at(0), env);
  Pipe in;
  Pipe out;
  Pipe err;
  const NoSigpipe quiet;
  const pid_t pid = spawn(path, argv, env, {in.read, out.write, err.write}, quiet.before());
  Pipe::close(in.read);
  Pipe::close(out.write);
  Pipe::close(err.write);
  ProcessResult result;
  talk(in.write, out.read, err.read, input, result);
  result.exit = exit_of(pid);
  return result;
}

}  // namespace skep
