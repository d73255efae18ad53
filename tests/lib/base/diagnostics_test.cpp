#include "base/diagnostics.hpp"

#include "base/json.hpp"
#include "base/parallel.hpp"
#include "support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace skep;

TEST_CASE("a diagnostic says place, severity, path, message and hint", "[base]") {
  const Diagnostic one{Severity::error,
                       {"stack.yml", 14, 9},
                       "services.web.ports[0]",
                       "port 70000 is out of range",
                       "ports go from 1 to 65535"};
  CHECK(format(one) ==
        "stack.yml:14:9: error: services.web.ports[0]: port 70000 is out of range\n"
        "  hint: ports go from 1 to 65535");
  CHECK(format(Diagnostic{Severity::notice, {}, "", "nothing", ""}) == "notice: nothing");
  CHECK(format(SourceLoc{"a", 3, 0}) == "a:3");
}

TEST_CASE("diagnostics are sorted by place and counted once", "[base]") {
  Diagnostics all;
  all.warning({"b", 1, 1}, "", "w");
  all.error({"a", 10, 1}, "", "later");
  all.error({"a", 9, 1}, "", "first");
  all.error({"a", 9, 1}, "", "first");
  CHECK(format(all) == "a:9:1: error: first\na:10:1: error: later\nb:1:1: warning: w\n");
  CHECK(all.has_errors());
  try {
    all.throw_if_errors("read a");
    FAIL("nothing thrown");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::input);
    CHECK(error.loc() == SourceLoc{"a", 9, 1});
    CHECK(error.message() == "read a: 2 problems\na:9:1: error: first\na:10:1: error: later");
  }
  Diagnostics warnings;
  warnings.warning({}, "", "w");
  CHECK_NOTHROW(warnings.throw_if_errors("x"));
}

TEST_CASE("the nearest word is at most two slips away", "[base]") {
  const std::vector<std::string> words = {"image", "ports", "networks", "port"};
  CHECK(nearest("imgae", words) == "image");
  CHECK(nearest("prots", words) == "ports");
  CHECK(nearest("netwrks", words) == "networks");
  CHECK(nearest("volumes", words).empty());
  CHECK(nearest("x", {"a"}).empty());
}

TEST_CASE("an error gets its context in front", "[base]") {
  try {
    in_context("stack \"a\"", [] { throw Error(Kind::conflict, "busy", "wait"); });
    FAIL("nothing thrown");
  } catch (const Error& error) {
    CHECK(std::string(error.what()) == "stack \"a\": busy");
    CHECK(error.message() == "busy");
    CHECK(error.hint() == "wait");
    CHECK(error.kind() == Kind::conflict);
  }
}

TEST_CASE("parallel keeps the order and rethrows the first failure after all ended", "[base]") {
  const std::vector<int> items = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  CHECK(parallel(items, 4, [](int i) { return i * i; }) ==
        std::vector<int>{1, 4, 9, 16, 25, 36, 49, 64, 81});
  std::atomic<int> calls{0};
  const auto failing = [&](int i) {
    ++calls;
    if (i % 2 == 0) throw Error(Kind::rejected, std::to_string(i));
    return i;
  };
  CHECK_THROWS_WITH(parallel(items, 4, failing), "2");
  CHECK(calls == 9);
}

TEST_CASE("JSON is read strictly and written whatever it holds", "[base]") {
  CHECK(parse_json("{\"a\": [1]}", "x").at("a").at(0) == 1);
  CHECK_THROWS_WITH(parse_json("{", "answer of GET /info"), "answer of GET /info is not JSON");
  CHECK(dump_json(Json("\xff")) == "\"\xEF\xBF\xBD\"");
}
