#include "base/process.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

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
