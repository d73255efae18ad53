// A whole way: engine::connect, OpenSSH's client, a real sshd, and a fake engine behind it.
#include "engine/tunnel.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/time_limit.hpp"
#include "engine/call.hpp"
#include "engine/connect.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_engine.hpp"
#include "support/fake_server.hpp"
#include "support/sshd.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <unistd.h>

namespace skep::engine {
namespace {

using test::FakeClock;
using test::FakeEngine;
using test::FakeServer;
using test::Sshd;

docker::Endpoint endpoint_of(const std::string& address) {
  docker::Endpoint endpoint;
  endpoint.address = docker::parse_address(address, "--host");
  endpoint.written = address;
  endpoint.source = "--host";
  return endpoint;
}

/// A fake engine on a socket, and the sshd of its host.
struct Remote {
  FakeClock clock;
  FakeEngine fake{clock};
  FakeServer server{fake};
  Sshd sshd;

  explicit Remote(const std::string& config = {}) : sshd(config) {}
  std::unique_ptr<Transport> connected(const std::string& socket = {}) {
    return connect(endpoint_of(sshd.address(socket.empty() ? server.path() : socket)), sshd.env(),
                   clock);
  }
  Error refusal(const std::string& socket = {}) {
    const auto engine = connected(socket);
    return test::error_of([&] { call(*engine, get("/nodes")); });
  }
  std::string cannot(const std::string& why, const std::string& socket = {}) const {
    return fmt::format("cannot connect to {} (--host): {}",
                       sshd.address(socket.empty() ? server.path() : socket), why);
  }
  bool left_nothing() const { return std::filesystem::is_empty(sshd.runtime()); }
};

bool is_gone(int pid) {
  for (int i = 0; i < 500; ++i) {
    if (!file_exists(fmt::format("/proc/{}/exe", pid))) return true;
    ::usleep(10'000);
  }
  return false;
}

TEST_CASE("an engine on another host answers by ssh, and streams go over it", "[engine]") {
  Remote remote;
  remote.fake.on_upgrade = [](const test::Call&, int fd) {
    char byte = 0;
    while (::read(fd, &byte, 1) == 1) {
      byte = static_cast<char>(byte + 1);
      test::write_all(fd, {&byte, 1});
    }
    ::close(fd);
  };
  int ssh = 0;
  {
    const auto engine = remote.connected();
    REQUIRE_FALSE(file_exists(remote.sshd.dir().path() + "/pid"));  // not before it is needed
    call(*engine, get("/nodes"));
    ssh = remote.sshd.last_ssh();
    REQUIRE(remote.left_nothing());  // while it runs: a kill -9 leaves nothing either
    Request request = post("/session");
    request.headers = {{"Connection", "Upgrade"}, {"Upgrade", "h2c"}};
    const auto stream = engine->upgrade(request);
    stream->write("abc");
    std::string got(3, ' ');
    for (std::size_t at = 0; at < 3;) at += stream->read(got.data() + at, 3 - at);
    REQUIRE(got == "bcd");
    REQUIRE(remote.sshd.last_ssh() == ssh);  // one for all
  }
  REQUIRE(is_gone(ssh));
  REQUIRE(remote.left_nothing());
}

TEST_CASE("ssh that was ended is started again, and its last words are told", "[engine]") {
  std::atomic<bool> kills = false;  // the server's thread asks
  Remote remote;
  remote.fake.before = [&](const test::Call&) {
    if (!kills.exchange(false)) return;
    ::kill(remote.sshd.last_ssh(), SIGKILL);
    is_gone(remote.sshd.last_ssh());
  };
  const auto engine = remote.connected();
  call(*engine, get("/nodes"));
  const int first = remote.sshd.last_ssh();
  ::kill(first, SIGTERM);
  REQUIRE(is_gone(first));
  call(*engine, get("/nodes"));
  REQUIRE(remote.sshd.last_ssh() != first);

  kills = true;
  const auto error = test::error_of([&] {
    call(*engine, post("/networks/create", Json{{"Name", "n"}}));
  });
  REQUIRE(error.kind() == Kind::unreachable);
  REQUIRE_THAT(error.message(), ContainsSubstring("POST /networks/create: the connection to ") &&
                                    ContainsSubstring("ssh ended with exit status 137 and without "
                                                      "a word"));
  call(*engine, get("/nodes"));
  REQUIRE(remote.left_nothing());
}

TEST_CASE("no configuration of the user's takes the forwarding away", "[engine]") {
  Remote remote;
  const auto port = remote.sshd.port();
  const auto lines = GENERATE_COPY(
      fmt::format("LocalForward 127.0.0.1:{} 127.0.0.1:1\nExitOnForwardFailure yes", port),
      std::string("ClearAllForwardings yes"),
      std::string("ControlMaster auto\nControlPath /tmp/skep-test-%C\nControlPersist 5"),
      std::string("ForkAfterAuthentication yes"), std::string("RemoteCommand false"),
      std::string("RequestTTY force\nLogLevel QUIET"), std::string("StreamLocalBindMask 0000"),
      std::string("PermitLocalCommand yes\nLocalCommand touch %d/was-here"));
  INFO(lines);
  remote.sshd.configure_client(lines);
  int ssh = 0;
  {
    const auto engine = remote.connected();
    REQUIRE_NOTHROW(call(*engine, get("/nodes")));
    ssh = remote.sshd.last_ssh();
  }
  REQUIRE(is_gone(ssh));
  REQUIRE(remote.left_nothing());
}

TEST_CASE("a host that cannot be logged in to is told in ssh's words", "[engine]") {
  Remote remote;
  const auto& dir = remote.sshd.dir();
  SECTION("its key is not known") {
    dir.write("known", "");
    const auto error = remote.refusal();
    REQUIRE(error.kind() == Kind::unreachable);
    REQUIRE(error.message() == remote.cannot("Host key verification failed."));
    REQUIRE(
        error.hint() ==
        fmt::format("the host's key is not known here: ssh -p {} 127.0.0.1 once by hand, or put "
                    "it into ~/.ssh/known_hosts",
                    remote.sshd.port()));
  }
  SECTION("it takes none of the keys") {
    dir.write("authorized", "");
    REQUIRE_THAT(remote.refusal().message(), ContainsSubstring("Permission denied (publickey)."));
  }
  SECTION("there is no ssh") {
    std::filesystem::remove(dir.path() + "/bin/ssh");
    auto env = remote.sshd.env();
    env.variables["PATH"] = dir.path() + "/bin";
    Tunnel tunnel({.host = "mgr"}, "ssh://mgr (--host)", env);
    const auto error = test::error_of([&] { tunnel.require({}); });
    REQUIRE(error.kind() == Kind::unreachable);
    REQUIRE(error.message() == "cannot connect to ssh://mgr (--host): no program ssh in PATH");
    REQUIRE(error.hint() == "install OpenSSH's client (openssh-client)");
  }
  REQUIRE(remote.left_nothing());
}

TEST_CASE("a socket that is not there on the host is told", "[engine]") {
  Remote remote;
  const auto error = remote.refusal("/nowhere/docker.sock");
  REQUIRE(error.kind() == Kind::unreachable);
  REQUIRE(error.message() ==
          remote.cannot("there is no socket /nowhere/docker.sock on the host that " +
                            std::string(::geteuid() == 0 ? "root" : ::getlogin()) + " may see",
                        "/nowhere/docker.sock"));
}

TEST_CASE("a host that forbids forwarding is told, whichever way it does", "[engine]") {
  const auto config =
      GENERATE(as<std::string>{}, "AllowStreamLocalForwarding no\n", "AllowTcpForwarding no\n",
               "DisableForwarding yes\n", "PermitOpen 127.0.0.1:1\n");
  INFO(config);
  Remote remote(config);
  const auto error = remote.refusal();
  REQUIRE(error.message() ==
          remote.cannot("the host's sshd forbids forwarding to its sockets, or no engine listens "
                        "there"));
  REQUIRE_THAT(error.hint(), ContainsSubstring("AllowStreamLocalForwarding"));
}

TEST_CASE("a host where nothing can be run is told of all that may be the cause", "[engine]") {
  Remote remote("ForceCommand /bin/false\nAllowStreamLocalForwarding no\n");
  REQUIRE(remote.refusal().message() ==
          remote.cannot("the host refuses a connection to " + remote.server.path()));
}

TEST_CASE("a login in a host that gives no session needs none", "[engine]") {
  Remote remote("ForceCommand /bin/false\nMaxSessions 0\n");
  const auto engine = remote.connected();
  REQUIRE_NOTHROW(call(*engine, get("/nodes")));
}

TEST_CASE("a login that hangs ends with the stop, and nothing is left", "[engine]") {
  const Sshd sshd;
  sshd.dir().write("bin/ssh",
                   fmt::format("#!/bin/sh\necho $$ >{}/pid\nexec sleep 1000\n", sshd.dir().path()),
                   0755);
  Tunnel tunnel({.host = "mgr"}, "ssh://mgr (--host)", sshd.env());
  const TimeLimit limit(std::chrono::milliseconds(300));
  REQUIRE(test::error_of([&] { tunnel.require(limit.token()); }).kind() == Kind::interrupted);
  REQUIRE(is_gone(sshd.last_ssh()));
  REQUIRE(std::filesystem::is_empty(sshd.runtime()));
}

TEST_CASE("an ssh that is too old for an option is called without it", "[engine]") {
  Remote remote;
  const auto& dir = remote.sshd.dir();
  dir.write("bin/ssh",
            fmt::format("#!/bin/sh\necho $$ >{0}/pid\ncase \"$*\" in *ForkAfterAuthentication*)\n"
                        "  echo 'command-line: line 0: Bad configuration option: "
                        "forkafterauthentication' >&2; exit 255 ;;\nesac\n"
                        "exec /usr/bin/ssh -F {0}/config \"$@\"\n",
                        dir.path()),
            0755);
  const auto engine = remote.connected();
  REQUIRE_NOTHROW(call(*engine, get("/nodes")));
}

TEST_CASE("a runtime folder whose path is too long for a socket is not used", "[engine]") {
  Remote remote;
  auto env = remote.sshd.env();
  env.variables["XDG_RUNTIME_DIR"] = remote.sshd.runtime() + "/" + std::string(200, 'x');
  std::filesystem::create_directories(env.variables["XDG_RUNTIME_DIR"]);
  const auto engine =
      connect(endpoint_of(remote.sshd.address(remote.server.path())), env, remote.clock);
  REQUIRE_NOTHROW(call(*engine, get("/nodes")));
}

}  // namespace
}  // namespace skep::engine
