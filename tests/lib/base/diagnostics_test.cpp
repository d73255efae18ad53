#include "base/diagnostics.hpp"

#include "base/json.hpp"
#include "base/parallel.hpp"
#include "support/catch.hpp"
#include "support/random_text.hpp"

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

TEST_CASE("what repeats is one problem with all its places", "[base]") {
  Diagnostics all;
  const auto missing = [&](SourceLoc loc, const std::string& path, const std::string& name) {
    all.add({Severity::error, std::move(loc), path, name + " is not set", "set it", true});
  };
  missing({"b.yml", 3, 5}, "z", "A");
  missing({"a.yml", 9, 1}, "y", "A");
  missing({"a.yml", 2, 7}, "x", "A");
  missing({"a.yml", 2, 9}, "x", "A");
  missing({"a.yml", 4, 1}, "x", "B");
  all.error({"a.yml", 5, 1}, "x", "A is not set", "set it");  // another sort of problem
  CHECK(format(all) ==
        "a.yml:2:7: error: x: A is not set (also at line 9, b.yml:3)\n  hint: set it\n"
        "a.yml:4:1: error: x: B is not set\n"  // one hint for all that repeats
        "a.yml:5:1: error: x: A is not set\n  hint: set it\n");
  const auto json = to_json(all.sorted().front());
  CHECK(json["line"] == 2);
  CHECK(json["severity"] == "error");
  CHECK(json["also"] == Json::parse(R"([{"file": "a.yml", "line": 2, "column": 9},
                        {"file": "a.yml", "line": 9, "column": 1},
                        {"file": "b.yml", "line": 3, "column": 5}])"));
  CHECK(to_json(all.sorted().back())["also"] == Json::array());
  CHECK_THROWS_WITH(all.throw_if_errors("x"), Catch::Matchers::StartsWith("x: 3 problems\n"));
  SECTION("gathered again, it keeps its places; a later step finds nothing where one of them is") {
    Diagnostics again;
    for (const auto& one : all.sorted()) again.add(one);
    CHECK(format(again) == format(all));
    Diagnostics later;
    later.error({"a.yml", 9, 1}, "y", "a consequence");
    all.add_where_no_error_is(later);
    CHECK(format(again) == format(all));
  }
  SECTION("a text names twenty lines at most") {
    Diagnostics many;
    for (int line = 1; line <= 30; ++line)
      many.add({Severity::notice, {"f", line, 1}, "", "n", "", true});
    CHECK(format(many) ==
          "f:1:1: notice: n (also at line 2, line 3, line 4, line 5, line 6, line 7, line 8, line "
          "9, line 10, line 11, line 12, line 13, line 14, line 15, line 16, line 17, line 18, "
          "line 19, line 20, line 21 and 9 more)\n");
  }
}

TEST_CASE("what one place does to many parts of a file is one problem", "[base]") {
  Diagnostics all;
  for (const char* service : {"c", "a", "b"})
    all.error({"f", 2, 5}, std::string("services.") + service, "no size", "write 64m");
  all.error({"f", 2, 5}, "services.a", "another");
  all.error({"f", 3, 5}, "services.a", "no size", "write 64m");
  all.error({}, "x", "of no place");
  all.error({}, "y", "of no place");
  CHECK(format(all) ==
        "error: x: of no place\n"
        "error: y: of no place\n"
        "f:2:5: error: services.a: another\n"
        "f:2:5: error: services.a: no size (and so in 2 more places)\n  hint: write 64m\n"
        "f:3:5: error: services.a: no size\n  hint: write 64m\n");
  all.erase_if([](const Diagnostic& one) { return one.loc.line != 3; });
  CHECK(format(all) == "f:3:5: error: services.a: no size\n  hint: write 64m\n");
}

TEST_CASE("places that the message names are not named again", "[base]") {
  Diagnostic one{Severity::warning, {"f", 2, 5}, "", "x (line 2; line 3)", ""};
  one.also = {{"f", 3, 5}};
  CHECK(format(one) == "f:2:5: warning: x (line 2; line 3) (also at line 3)");
  one.also_told = true;
  CHECK(format(one) == "f:2:5: warning: x (line 2; line 3)");
  CHECK(to_json(one)["also"].size() == 1);
}

TEST_CASE("the nearest word is at most two slips away", "[base]") {
  const std::vector<std::string> words = {"image", "ports", "networks", "port"};
  CHECK(nearest("imgae", words) == "image");
  CHECK(nearest("prots", words) == "ports");
  CHECK(nearest("netwrks", words) == "networks");
  CHECK(nearest("volumes", words).empty());
  CHECK(nearest("x", {"a"}).empty());
  CHECK(nearest("im", {"ipam"}) == "ipam");
  CHECK(nearest("no", {"on"}) == "on");
  CHECK(nearest("ab", {"cd", "cab"}) == "cab");
  CHECK(nearest("", {"a"}).empty());
}

TEST_CASE("the nearest word is what the whole table of distances says", "[base]") {
  const auto distance = [](const std::string& a, const std::string& b) {
    std::vector<std::vector<std::size_t>> rows(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
      for (std::size_t j = 0; j <= b.size(); ++j) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        const std::size_t change = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, change});
        const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        if (swapped) rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
    return rows[a.size()][b.size()];
  };
  test::RandomText random;
  INFO("SKEP_SEED=" << random.seed());
  const auto word = [&] {
    std::string text;
    for (std::size_t n = random.below(7); n > 0; --n)
      text += static_cast<char>('a' + random.below(3));
    return text;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string a = word(), b = word();
    INFO(a << " and " << b);
    const bool near = distance(a, b) <= 2 && distance(a, b) < std::max(a.size(), b.size());
    CHECK((nearest(a, {b}) == b) == (near || b.empty()));
  }
}

TEST_CASE("the nearest of long words is found in no time", "[base]") {
  const std::string word(1'000'000, 'a');
  CHECK(nearest(word + "b", {"image", word, std::string(1'000'001, 'c')}) == word);
}

TEST_CASE("what a later step finds where an error stands is left out", "[base]") {
  Diagnostics first, later;
  first.error({"a", 1, 1}, "x", "the cause");
  first.warning({"a", 2, 1}, "y", "a warning");
  later.error({"a", 1, 1}, "x", "a consequence");
  later.error({"a", 2, 1}, "y", "another");
  later.notice({"a", 3, 1}, "z", "a notice");
  first.add_where_no_error_is(later);
  CHECK(format(first) ==
        "a:1:1: error: x: the cause\n"
        "a:2:1: warning: y: a warning\n"
        "a:2:1: error: y: another\n"
        "a:3:1: notice: z: a notice\n");
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
