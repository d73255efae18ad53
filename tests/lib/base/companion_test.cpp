#include "base/companion.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <unistd.h>

using namespace skep;

namespace {

Env plain_env() {
  Env env;
  env.variables = {{"PATH", "/usr/bin:/bin"}, {"WORD", "hello"}};
  env.cwd = "/";
  return env;
}

bool comes(const std::function<bool()>& what) {
  for (int i = 0; i < 1000; ++i) {
    if (what()) return true;
    usleep(10'000);
  }
  return false;
}

/// Runs a script to its end and gives what it said.
std::string said_by(const std::string& script, const Env& env = plain_env()) {
  const Companion companion({"sh", "-c", script}, env);
  REQUIRE(comes([&] { return companion.ended().has_value(); }));
  return companion.said();
}

bool is_gone(const std::string& pid_file) {
  const auto pid = read_file(pid_file);
  return comes([&] { return !file_exists("/proc/" + pid.substr(0, pid.size() - 1) + "/exe"); });
}

}  // namespace

TEST_CASE("a companion has its environment, its folder, no input, and what it says is kept",
          "[base]") {
  CHECK(said_by("echo $WORD; pwd; cat; echo bad >&2") == "hello\n/\nbad\n");
  const Companion companion({"sh", "-c", "exit 3"}, plain_env());
  REQUIRE(comes([&] { return companion.ended().has_value(); }));
  CHECK(companion.ended() == 3);
}

TEST_CASE("of a companion that never stops talking the last 4 KiB are kept", "[base]") {
  CHECK(said_by("yes | head -n 1000000; printf 'the end'").size() == 4096);
  CHECK_THAT(said_by("yes | head -n 10000; printf 'the end'"), ContainsSubstring("y\nthe end"));
}

TEST_CASE("a companion inherits no blocked signal, no descriptor, and does not feel Ctrl-C",
          "[base]") {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  const int open = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC, as a library may
  const auto said = said_by("grep -E 'SigBlk|SigIgn' /proc/self/status; ls /proc/self/fd");
  ::close(open);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  // SIGHUP, SIGINT and SIGQUIT are 1, 2 and 3; 3 is ls's own descriptor.
  CHECK(said == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000007\n0\n1\n2\n3\n");
}

TEST_CASE("a companion is out of reach of its group's signals, unless it may ask", "[base]") {
  const std::string script = "ps -o pgid= -p $$";
  auto env = plain_env();
  const auto own = std::to_string(getpgrp());
  CHECK_THAT(said_by(script, env), !ContainsSubstring(own));
  env.may_ask = true;
  CHECK_THAT(said_by(script, env), ContainsSubstring(own));
}

TEST_CASE("a companion is ended, also one that is deaf", "[base]") {
  const test::TempDir dir;
  auto env = plain_env();
  env.cwd = dir.path();
  const auto file = dir.path() + "/self";
  const std::string begin = "echo $$ >new; mv new self; ";
  SECTION("one that listens") {
    const auto before = std::chrono::steady_clock::now();
    {
      const Companion companion({"sh", "-c", begin + "exec sleep 1000"}, env);
      REQUIRE(comes([&] { return file_exists(file); }));
      CHECK_FALSE(companion.ended());
    }
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(3));
  }
  SECTION("one that is deaf") {
    const Companion companion({"sh", "-c", begin + "trap '' TERM; while :; do sleep 1; done"}, env);
    REQUIRE(comes([&] { return file_exists(file); }));
  }
  CHECK(is_gone(file));
}

TEST_CASE("what a companion leaves behind does not hide its end", "[base]") {
  const Companion companion({"sh", "-c", "sleep 5 & echo said"}, plain_env());
  CHECK(comes([&] { return companion.ended() == 0; }));
  CHECK(companion.said() == "said\n");
}

TEST_CASE("a companion that cannot be started is told", "[base]") {
  CHECK_THROWS_WITH(Companion({"no-such-program"}, plain_env()),
                    "no program no-such-program in PATH");
  auto env = plain_env();
  env.cwd = "/no/such/folder";
  const Companion companion({"true"}, env);
  CHECK(comes([&] { return companion.ended() == 126; }));
}
