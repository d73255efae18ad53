#include "support/sshd.hpp"

#include "base/files.hpp"
#include "base/process.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace skep::test {

namespace {

constexpr const char* kSshd = "/usr/sbin/sshd";

sockaddr_in local(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = local(0);
  socklen_t size = sizeof address;
  const bool good = ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(fd);
  if (!good) throw std::logic_error("sshd: no free port");
  return ntohs(address.sin_port);
}

bool listens(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = local(port);
  const bool good = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return good;
}

}  // namespace

Sshd::Sshd(const std::string& config) : port_(free_port()) {
  namespace fs = std::filesystem;
  const auto& top = dir_.path();
  fs::create_directories(runtime());
  fs::create_directories(top + "/home");
  if (::geteuid() == 0) fs::create_directories("/run/sshd");  // where sshd locks itself in
  for (const std::string key : {"host", "user"})
    run_tool({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", top + "/" + key});
  fs::copy_file(top + "/user.pub", top + "/authorized");
  dir_.write("sshd_config",
             config + fmt::format("Port {}\nListenAddress 127.0.0.1\nHostKey {}/host\n"
                                  "AuthorizedKeysFile {}/authorized\nPidFile none\nUsePAM no\n"
                                  "StrictModes no\nPasswordAuthentication no\n"
                                  "KbdInteractiveAuthentication no\n",
                                  port_, top, top));
  dir_.write("known", fmt::format("[127.0.0.1]:{} {}", port_, read_file(top + "/host.pub")));
  configure_client("");
  dir_.write(
      "bin/ssh",
      fmt::format("#!/bin/sh\necho $$ >{0}/pid\nexec /usr/bin/ssh -F {0}/config \"$@\"\n", top),
      0755);
  sshd_ = std::make_unique<Companion>(
      std::vector<std::string>{kSshd, "-D", "-e", "-f", top + "/sshd_config"}, env());
  for (int i = 0; !listens(port_); ++i) {
    if (i > 1000 || sshd_->ended()) throw std::logic_error("sshd: " + sshd_->said());
    ::usleep(10'000);
  }
}

Env Sshd::env() const {
  Env env;
  env.variables = {{"PATH", dir_.path() + "/bin:/usr/bin:/bin"},
                   {"HOME", dir_.path() + "/home"},
                   {"XDG_RUNTIME_DIR", runtime()}};
  env.cwd = dir_.path();
  return env;
}

std::string Sshd::address(const std::string& socket) const {
  return fmt::format("ssh://127.0.0.1:{}{}", port_, socket);
}

void Sshd::configure_client(const std::string& lines) const {
  dir_.write("config", lines + fmt::format("\nIdentityFile {0}/user\nIdentitiesOnly yes\n"
                                           "IdentityAgent none\nGlobalKnownHostsFile none\n"
                                           "UserKnownHostsFile {0}/known\n",
                                           dir_.path()));
}

int Sshd::last_ssh() const {
  return std::stoi(read_file(dir_.path() + "/pid"));
}

void Sshd::run_tool(const std::vector<std::string>& words) const {
  Env env;
  env.variables = {{"PATH", "/usr/bin:/bin"}};
  env.cwd = dir_.path();
  const auto result = run_process(words, "", env);
  if (result.exit != 0) throw std::logic_error("sshd: " + result.err);
}

}  // namespace skep::test
