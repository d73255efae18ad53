#include "engine/tunnel.hpp"

#include "base/error.hpp"
#include "base/process.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace skep::engine {

namespace {

using Steady = std::chrono::steady_clock;

constexpr auto kLoginTime = std::chrono::seconds(60);
constexpr auto kLookTime = std::chrono::seconds(10);
constexpr int kPollMs = 5;
constexpr int kPollsToSpeak = 40;
constexpr std::size_t kLongestPath = 107;  // sun_path

std::string reason(int error) {
  return std::generic_category().message(error);
}

/// A folder that only we may enter, until ssh has made its socket in it and we hold that.
class PrivateFolder {
 public:
  explicit PrivateFolder(const Env& env) {
    auto base = env.get("XDG_RUNTIME_DIR").value_or("");
    if (!fits(base) || ::access(base.c_str(), W_OK) != 0) base = "/tmp";  // TMPDIR may be long
    name_ = base + "/skep-ssh-XXXXXX";
    if (::mkdtemp(name_.data()) == nullptr)
      throw Error(Kind::internal,
                  fmt::format("cannot make a folder in {}: {}", base, reason(errno)));
  }
  ~PrivateFolder() {
    ::unlink(socket().c_str());
    ::rmdir(name_.c_str());
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  std::string socket() const { return name_ + "/s"; }

 private:
  /// ssh replaces ${X} in a forwarding's paths, and there is no way to write it otherwise.
  static bool fits(const std::string& base) {
    return base.starts_with('/') && base.size() + kOurs.size() <= kLongestPath &&
           base.find("${") == std::string::npos;
  }
  static constexpr std::string_view kOurs = "/skep-ssh-XXXXXX/s";
  std::string name_;
};

bool accepts(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw Error(Kind::internal, "no socket: " + reason(errno));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const bool good = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return good;
}

}  // namespace

Tunnel::Tunnel(docker::Ssh ssh, std::string display, const Env& env)
    : ssh_(std::move(ssh)),
      display_(std::move(display)),
      env_(env),
      socket_(::open("/dev/null", O_PATH | O_CLOEXEC)),
      path_(fmt::format("/proc/self/fd/{}", socket_)),
      how_{.may_ask = env.may_ask} {
  if (socket_ < 0) throw Error(Kind::internal, "no descriptor is left: " + reason(errno));
}

Tunnel::~Tunnel() {
  companion_.reset();
  ::close(socket_);
}

void Tunnel::require(std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  if (stop.stop_requested()) throw Error(Kind::interrupted, "interrupted");
  if (companion_ && !companion_->ended()) return;
  log_in(stop);
}

/// ssh closes a connection a moment before it ends, or says why.
void Tunnel::let_it_speak() const {
  for (int i = 0; i < kPollsToSpeak; ++i) {
    if (companion_->ended() || refuses_channels(companion_->said())) return;
    ::poll(nullptr, 0, kPollMs);
  }
}

std::string Tunnel::end() const {
  const std::lock_guard lock(mutex_);
  if (!companion_) return {};
  let_it_speak();
  if (!companion_->ended()) return {};
  return why_ended(ssh_, companion_->said(), *companion_->ended()).fact;
}

void Tunnel::log_in(const std::stop_token& stop) {
  const PrivateFolder folder(env_);
  companion_.reset();
  const auto start = [&] {
    companion_ = std::make_unique<Companion>(forwarding(ssh_, folder.socket(), how_), env_);
  };
  try {
    start();
    if (!wait_for_socket(folder.socket(), stop)) {
      if (how_.old || !is_old_ssh(companion_->said()))
        throw unreachable(why_ended(ssh_, companion_->said(), *companion_->ended()));
      how_.old = true;
      start();
      if (!wait_for_socket(folder.socket(), stop))
        throw unreachable(why_ended(ssh_, companion_->said(), *companion_->ended()));
    }
    adopt(folder.socket());
  } catch (const Error& error) {
    companion_.reset();
    if (error.kind() != Kind::not_found) throw;
    throw unreachable({error.message(), "install OpenSSH's client (openssh-client)"});
  }
}

/// Whether the forwarding stands; false when ssh has ended.
bool Tunnel::wait_for_socket(const std::string& path, const std::stop_token& stop) {
  const auto begin = Steady::now();
  while (!accepts(path)) {
    const bool ended = companion_->ended().has_value();
    // Ctrl-C at a prompt ends both.
    if (stop.stop_requested()) throw Error(Kind::interrupted, "interrupted");
    if (ended) return false;
    if (!how_.may_ask && Steady::now() - begin > kLoginTime) {
      throw unreachable({fmt::format("ssh has not logged in after {} s", kLoginTime.count()),
                         "does it wait for an agent, a token's touch, or the network?"});
    }
    ::poll(nullptr, 0, kPollMs);
  }
  return true;
}

/// Keeps hold of the socket without its name.
void Tunnel::adopt(const std::string& path) {
  const int fd = ::open(path.c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 || ::dup3(fd, socket_, O_CLOEXEC) < 0) {
    const int error = errno;
    if (fd >= 0) ::close(fd);
    throw Error(Kind::internal, fmt::format("cannot open {}: {}", path, reason(error)));
  }
  ::close(fd);
}

Error Tunnel::unreachable(const SshWords& words) const {
  return {Kind::unreachable, fmt::format("cannot connect to {}: {}", display_, words.fact),
          words.hint};
}

std::optional<SshWords> Tunnel::refusal(std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  if (refusal_) return refusal_;
  if (!companion_) return std::nullopt;
  let_it_speak();
  if (!refuses_channels(companion_->said())) return std::nullopt;
  ProcessResult found;
  try {
    found = run_process(look(ssh_, how_), "", env_, {.time = kLookTime, .stop = std::move(stop)});
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted) throw;
    found.exit = 255;  // no answer is one of the answers
  }
  refusal_ = why_refused(ssh_, found.out, found.exit);
  return refusal_;
}

}  // namespace skep::engine
