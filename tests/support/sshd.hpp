#pragma once
// A real sshd on 127.0.0.1 with keys and a configuration of its own, and an `ssh` in a folder for
// PATH that knows this host and has the key: nobody's ~/.ssh is read.
#include "base/companion.hpp"
#include "base/env.hpp"
#include "support/temp_dir.hpp"

#include <memory>
#include <string>

namespace skep::test {

class Sshd {
 public:
  /// `config`: lines of sshd_config.
  explicit Sshd(const std::string& config = {});

  /// With PATH, HOME and XDG_RUNTIME_DIR, where skep's folders would be.
  Env env() const;
  /// "ssh://127.0.0.1:PORT" and the path of a socket behind it.
  std::string address(const std::string& socket) const;
  int port() const { return port_; }
  const TempDir& dir() const { return dir_; }
  std::string runtime() const { return dir_.path() + "/run"; }
  /// More lines of the client's configuration, in front of the others.
  void configure_client(const std::string& lines) const;
  /// The process id of the last ssh that was started.
  int last_ssh() const;

 private:
  void run_tool(const std::vector<std::string>& words) const;

  TempDir dir_;
  int port_ = 0;
  std::unique_ptr<Companion> sshd_;
};

}  // namespace skep::test
