#include "yaml/interpolate.hpp"

#include "support/catch.hpp"
#include "yaml/read.hpp"

#include <map>
#include <vector>

using namespace skep;
using namespace skep::yaml;

namespace {

std::optional<std::string> look_up(const std::string& name) {
  const std::map<std::string, std::string> values = {
      {"A", "one"}, {"B", "two"}, {"EMPTY", ""}, {"_x1", "under"}, {"D", "$A ${B} $$"}};
  const auto found = values.find(name);
  if (found == values.end()) return std::nullopt;
  return found->second;
}

std::string result(const std::string& text, Dialect dialect = Dialect::compose,
                   bool allow_missing = false) {
  const auto done = interpolate(text, {look_up, allow_missing, dialect});
  if (done.problem.empty()) return done.text;
  return "!" + done.problem + (done.hint.empty() ? "" : " (" + done.hint + ")");
}

}  // namespace

TEST_CASE("interpolation is that of the Compose Specification", "[yaml]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"plain", "plain"},
      {"$A", "one"},
      {"${A}", "one"},
      {"x${A}y$B", "xoneytwo"},
      {"$A$B", "onetwo"},
      {"$_x1-", "under-"},
      {"$$", "$"},
      {"$$A", "$A"},
      {"$${A}", "${A}"},
      {"$$$A", "$one"},
      {"${EMPTY}", ""},
      {"${A:-x}", "one"},
      {"${EMPTY:-x}", "x"},
      {"${EMPTY-x}", ""},
      {"${NONE:-x}", "x"},
      {"${NONE-x}", "x"},
      {"${NONE:-}", ""},
      {"${NONE-}", ""},
      {"${NONE:-a-b:?c}", "a-b:?c"},
      {"${A:+y}", "y"},
      {"${EMPTY:+y}", ""},
      {"${EMPTY+y}", "y"},
      {"${NONE:+y}", ""},
      {"${NONE+y}", ""},
      {"${A:?why}", "one"},
      {"${EMPTY?why}", ""},
      {"${NONE:-${B}}", "two"},
      {"${NONE:-${ALSO:-deep${A}}}", "deepone"},
      {"${A:-${NONE}}", "one"},
      {"${A:+${B}}", "two"},
      {"${NONE:-$$}", "$"},
      {"${NONE:-{}}", "{}"},
      {"${D}", "$A ${B} $$"},
      {"{{.Node.Hostname}}", "{{.Node.Hostname}}"},
  };
  for (const auto& [text, wanted] : cases) {
    INFO(text);
    if (text == "${NONE:-{}}") {
      CHECK(result(text) == "{}");  // the first brace closes; what is behind it is text
      continue;
    }
    CHECK(result(text) == wanted);
  }
}

TEST_CASE("what is wrong with an interpolation is said", "[yaml]") {
  const std::string hint = " (write $$ for a literal $)";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"$NONE", "!the variable NONE is not set (set it, or give a default: ${NONE:-default})"},
      {"a ${NONE} b",
       "!the variable NONE is not set (set it, or give a default: ${NONE:-default})"},
      {"${NONE:?must-be set}", "!the variable NONE is not set: must-be set"},
      {"${EMPTY:?must-be set}", "!the variable EMPTY is empty: must-be set"},
      {"${NONE?}", "!the variable NONE is not set"},
      {"${NONE:?no $A}", "!the variable NONE is not set: no one"},
      {"$", "!invalid interpolation \"$\"" + hint},
      {"5$ each", "!invalid interpolation \"$ each\"" + hint},
      {"$1", "!invalid interpolation \"$1\"" + hint},
      {"${", "!invalid interpolation \"${\"" + hint},
      {"${}", "!invalid interpolation \"${}\"" + hint},
      {"${A", "!invalid interpolation \"${A\"" + hint},
      {"${A:}", "!invalid interpolation \"${A:}\"" + hint},
      {"${A!x}", "!invalid interpolation \"${A!x}\"" + hint},
      {"${A:=x}", "!invalid interpolation \"${A:=x}\"" + hint},
      {"${1}", "!invalid interpolation \"${1}\"" + hint},
      {"${NONE:-$}", "!invalid interpolation \"${NONE:-$}\"" + hint},
      {"${NONE:-$ }", "!invalid interpolation \"$ \"" + hint},
      {"$" + std::string(60, '-'),
       "!invalid interpolation \"$" + std::string(39, '-') + "…\"" + hint},
  };
  for (const auto& [text, wanted] : cases) {
    INFO(text);
    CHECK(result(text) == wanted);
  }
  std::string deep = "x";
  for (int i = 0; i < 60; ++i) deep = "${NONE:-" + deep + "}";
  CHECK(result(deep).starts_with("!invalid interpolation"));
}

TEST_CASE("a password's hash is told from variables, and is not shown", "[yaml]") {
  const Interpolation how{[](const std::string&) { return std::nullopt; }};
  const auto said = [&](const std::string& text) {
    const auto result = interpolate(text, how);
    return result.problem + "; " + result.hint;
  };
  CHECK(said("admin:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/") ==
        "the variable apr1 is not set; write $$ for each $ of a password's hash");
  CHECK(said("admin:$2y$10$hunter2hunter2") ==
        "invalid interpolation \"$2y$…\"; write $$ for each $ of a password's hash");
  CHECK(said("$6$salt$hunter2") ==
        "invalid interpolation \"$6$…\"; write $$ for each $ of a password's hash");
  CHECK(said("$A$B").find("give a default") != std::string::npos);
  CHECK(interpolate("admin:$$apr1$$H6uskkkW$$Ig", how).text == "admin:$apr1$H6uskkkW$Ig");
}

TEST_CASE("a missing variable may be allowed to be blank", "[yaml]") {
  CHECK(result("a${NONE}b$NONE", Dialect::compose, true) == "ab");
  CHECK(result("${NONE:?why}", Dialect::compose, true) == "!the variable NONE is not set: why");
}

TEST_CASE("the docker dialect reads as docker reads, its dash bug included", "[yaml]") {
  const auto docker = [](const std::string& text) { return result(text, Dialect::docker); };
  CHECK(docker("${NONE}$NONE") == "");
  CHECK(docker("$$A ${A}") == "$A one");
  CHECK(docker("${NONE:-x}") == "x");
  CHECK(docker("${EMPTY-x}") == "");
  CHECK(docker("${NONE:?must-be set}") == "be set");
  CHECK(docker("$A-host $A.host") == "one");  // a default without braces, up to the end
  CHECK(docker("$NONE-host $A") == "host $A");
  CHECK(docker("{$NONE:-x}-$A.") == "{x}-one.");
  CHECK(docker("${NONE:?why}") == "!the variable NONE is not set: why");
  CHECK(docker("${EMPTY:?why}") == "!the variable EMPTY is empty: why");
  CHECK(docker("${A:?why}") == "one");
  CHECK(docker("${NONE:-${B:-c}}") == "${B:-c}");
  CHECK(docker("${A:+x}") == "!invalid interpolation \"${A:+x}\" (write $$ for a literal $)");
  CHECK(docker("${A") == "!invalid interpolation \"${A\" (write $$ for a literal $)");
}

TEST_CASE("a tree is interpolated in its values, never in its keys", "[yaml]") {
  Diagnostics diagnostics;
  const Node tree =
      read("$A: ${A}\nlist: [$B, 'x', 3, \"$$\"]\nport: ${NONE:-80}\n", "f.yml", diagnostics).root;
  const Node done = interpolate(tree, {look_up}, diagnostics);
  REQUIRE(diagnostics.empty());
  CHECK(done.find("$A")->as_string() == "one");
  CHECK(format(done.find("$A")->loc()) == "f.yml:1:5");
  CHECK(done.find("list")->items()[0].as_string() == "two");
  CHECK(done.find("list")->items()[0].interpolated());
  CHECK_FALSE(done.find("list")->items()[1].interpolated());
  CHECK(done.find("list")->items()[2].as_integer() == 3);
  CHECK(done.find("list")->items()[3].as_string() == "$");
  CHECK(done.find("port")->as_string() == "80");
}

TEST_CASE("every problem of a tree is reported with its place and path", "[yaml]") {
  Diagnostics diagnostics;
  const Node tree =
      read("services:\n  web:\n    image: $NONE\n    ports:\n      - a\n      - ${A\n", "f.yml",
           diagnostics)
          .root;
  interpolate(tree, {look_up}, diagnostics);
  CHECK(format(diagnostics) ==
        "f.yml:3:12: error: services.web.image: the variable NONE is not set\n"
        "  hint: set it, or give a default: ${NONE:-default}\n"
        "f.yml:6:9: error: services.web.ports[1]: invalid interpolation \"${A\"\n"
        "  hint: write $$ for a literal $\n");
}
