#include "base/env.hpp"

#include "support/catch.hpp"

#include <cstdlib>

using namespace skep;

TEST_CASE("an environment is a value", "[base]") {
  const Env env{{{"HOME", "/home/a"}, {"EMPTY", ""}}, "/w", "here"};
  CHECK(env.get("HOME") == "/home/a");
  CHECK(env.get("EMPTY") == "");
  CHECK(env.get("NONE") == std::nullopt);
  CHECK(env.home() == "/home/a");
  CHECK(Env{}.home() == "/");
}

TEST_CASE("the environment of the process has its variables and its folder", "[base]") {
  const Env env = process_env();
  REQUIRE(std::getenv("PATH") != nullptr);
  CHECK(env.get("PATH") == std::getenv("PATH"));
  CHECK(env.cwd.front() == '/');
}
