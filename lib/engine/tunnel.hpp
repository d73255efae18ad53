#pragma once
// An engine's socket on another host, brought here by one OpenSSH process with a forwarding:
// anything that ssh's own configuration can do counts, and the host needs nothing but its sshd.
#include "base/companion.hpp"
#include "base/env.hpp"
#include "base/error.hpp"
#include "docker/address.hpp"
#include "engine/ssh_words.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace skep::engine {

class Tunnel {
 public:
  /// Starts nothing yet. `display` names the endpoint in messages.
  Tunnel(docker::Ssh ssh, std::string display, const Env& env);
  ~Tunnel();
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  /// Logs in, or again when ssh has ended since. Thread-safe. Throws Error{unreachable} with ssh's
  /// words and what to do, Error{interrupted}. Without a terminal nothing is asked, and a login has
  /// 60 s.
  void require(std::stop_token stop);

  /// The socket's path for connect(2), the same for as long as this lives. No name in the file
  /// system leads to it any more, so nothing can be left behind.
  const std::string& path() const { return path_; }

  /// What ssh said last, of a connection that broke off because it has ended; "" while it runs on.
  std::string end() const;

  /// Why the host refused the last connection; nullopt when ssh said nothing of that kind. Asks the
  /// host once, for at most 10 s.
  std::optional<SshWords> refusal(std::stop_token stop);

 private:
  void log_in(const std::stop_token& stop);
  bool wait_for_socket(const std::string& path, const std::stop_token& stop);
  void adopt(const std::string& path);
  void let_it_speak() const;
  Error unreachable(const SshWords& words) const;

  docker::Ssh ssh_;
  std::string display_;
  Env env_;
  mutable std::mutex mutex_;
  int socket_;  // holds the socket's inode (O_PATH)
  std::string path_;
  SshCall how_;
  std::unique_ptr<Companion> companion_;
  std::optional<SshWords> refusal_;
};

}  // namespace skep::engine
