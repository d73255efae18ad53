#include "base/process.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/time_limit.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

using namespace skep;

namespace {

Env some_env() {
  return Env{{{"PATH", "/usr/bin:/bin"}, {"WORD", "hello"}}, "/", "here"};
}

}  // namespace

TEST_CASE("a program gets its input, its environment and its folder, and gives its output",
          "[base]") {
  auto env = some_env();
  const test::TempDir dir;
  env.cwd = dir.path();
  const auto result =
      run_process({"sh", "-c", "cat; echo $WORD; pwd; echo bad >&2; exit 3"}, "in\n", env);
  CHECK(result.out == "in\nhello\n" + dir.path() + "\n");
  CHECK(result.err == "bad\n");
  CHECK(result.exit == 3);
}

TEST_CASE("more than a pipe holds goes through both ways", "[base]") {
  const std::string big(1'000'000, 'x');
  CHECK(run_process({"cat"}, big, some_env()).out == big);
}

TEST_CASE("a program that does not read its input is no reason to die", "[base]") {
  CHECK(run_process({"true"}, std::string(1'000'000, 'x'), some_env()).exit == 0);
}

TEST_CASE("the end by a signal is 128 and its number", "[base]") {
  CHECK(run_process({"sh", "-c", "kill -9 $$"}, "", some_env()).exit == 137);
}

TEST_CASE("a program that is not there is named", "[base]") {
  CHECK_THROWS_WITH(run_process({"no-such-program"}, "", some_env()),
                    "no program no-such-program in PATH");
  CHECK_THROWS_WITH(run_process({"/no/such"}, "", some_env()), "no program /no/such");
  auto env = some_env();
  env.cwd = "/no/such/folder";
  CHECK_THROWS_WITH(run_process({"true"}, "", env), "cannot run true: No such file or directory");
}

TEST_CASE("a program that takes too long, says too much or is no longer wanted is ended",
          "[base]") {
  const test::TempDir dir;
  auto env = some_env();
  env.cwd = dir.path();
  // Deaf to SIGTERM, with a child of its own.
  const std::vector<std::string> deaf = {
      "sh", "-c", "trap '' TERM; sleep 1000 & echo $! >child; echo $$ >self; wait; sleep 1000"};
  const auto gone = [&](const std::string& file) {
    const auto pid = read_file(dir.path() + "/" + file);
    for (int i = 0; i < 100; ++i) {
      if (!file_exists("/proc/" + pid.substr(0, pid.size() - 1) + "/exe")) return true;
      usleep(10'000);
    }
    return false;
  };
  SECTION("time") {
    const auto error = test::error_of(
        [&] { run_process(deaf, "", env, {.time = std::chrono::milliseconds(300)}); });
    CHECK(error.kind() == Kind::deadline);
    CHECK(error.message() == "sh has not ended after 0 s");
    CHECK(error.hint() == "does it wait for a passphrase, or for the network?");
    CHECK(gone("self"));
    CHECK(gone("child"));
  }
  SECTION("stop") {
    const TimeLimit limit(std::chrono::milliseconds(300));
    const auto error = test::error_of([&] { run_process(deaf, "", env, {.stop = limit.token()}); });
    CHECK(error.kind() == Kind::interrupted);
    CHECK(gone("self"));
    CHECK(gone("child"));
  }
  SECTION("bytes") {
    const auto error = test::error_of([&] { run_process({"yes"}, "", env, {.bytes = 1'000'000}); });
    CHECK(error.kind() == Kind::rejected);
    CHECK(error.message() == "yes says more than 1000000 bytes");
  }
}

TEST_CASE("what a program leaves behind does not keep its answer back", "[base]") {
  const auto result = run_process({"sh", "-c", "sleep 1000 & echo said"}, "", some_env());
  CHECK(result.out == "said\n");
  CHECK(result.exit == 0);
}

TEST_CASE("a program inherits no blocked signal and no descriptor", "[base]") {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  const int open = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC, as a library may
  const auto result =
      run_process({"sh", "-c", "grep SigBlk /proc/self/status; ls /proc/self/fd"}, "", some_env());
  ::close(open);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  CHECK(result.out == "SigBlk:\t0000000000000000\n0\n1\n2\n3\n");  // 3 is ls's own
}
