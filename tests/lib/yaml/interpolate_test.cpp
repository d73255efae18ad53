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
  std::string problems;
  for (const auto& problem : done.problems)
    problems += "!" + problem.message + (problem.hint.empty() ? "" : " (" + problem.hint + ")");
  return problems.empty() ? done.text : problems;
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
      {"${A:-{}}", "one"},
      {"${L:-{\"level\":\"info\"}}", "{\"level\":\"info\"}"},
      {"${L:-{\"a\":{\"b\":[1]}}}!", "{\"a\":{\"b\":[1]}}!"},
      {"${NODE:-{{.Node.Hostname}}}", "{{.Node.Hostname}}"},
      {"${NODE-{{.Node.Hostname}}-x}", "{{.Node.Hostname}}-x"},
      {"${A:+{\"on\":true}}", "{\"on\":true}"},
      {"${NONE+{\"on\":true}}", ""},
      {"${A:?need {this}}", "one"},
      {"${NONE:-{${A}}}", "{one}"},
      {"${NONE:-${B}{}}", "two{}"},
      {"${NONE:-$${A}}", "${A}"},
      {"${NONE:-}}", "}"},
      {"{${A}}", "{one}"},
      {"${D}", "$A ${B} $$"},
      {"{{.Node.Hostname}}", "{{.Node.Hostname}}"},
  };
  for (const auto& [text, wanted] : cases) {
    INFO(text);
    CHECK(result(text) == wanted);
  }
}

TEST_CASE("what is wrong with an interpolation is said", "[yaml]") {
  const std::string hint = " (write $$ for a literal $)";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"$NONE", "!the variable NONE is not set (set it, or give a default: ${NAME:-default})"},
      {"a ${NONE} b",
       "!the variable NONE is not set (set it, or give a default: ${NAME:-default})"},
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
      {"${NONE:-$}", "!invalid interpolation \"$\"" + hint},
      {"${NONE:-$2y$05$abc}",
       "!invalid interpolation \"$2y$…\" (write $$ for each $ of a password's hash; docker stack "
       "deploy takes a default as it stands, and so does --compat docker)"},
      {"${NONE:-$apr1$abc}",
       "!the variable apr1 is not set (write $$ for each $ of a password's hash; docker stack "
       "deploy takes a default as it stands, and so does --compat docker)"},
      {"${NONE:-x}$2y$05$abc",
       "!invalid interpolation \"$2y$…\" (write $$ for each $ of a password's hash)"},
      {"${NONE:?need {this}}", "!the variable NONE is not set: need {this}"},
      {"${A:-{}",
       "!invalid interpolation \"${A:-{}\" (close each { with a }, the variable's own too)"},
      {"$NONE ${NO} ${NONE}",
       "!the variable NONE is not set (set it, or give a default: ${NAME:-default})"
       "!the variable NO is not set (set it, or give a default: ${NAME:-default})"},
      {"$NONE $",
       "!the variable NONE is not set (set it, or give a default: ${NAME:-default})"
       "!invalid interpolation \"$\"" +
           hint},
      {"$ $NONE", "!invalid interpolation \"$ $NONE\"" + hint},
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
    return result.problems[0].message + "; " + result.problems[0].hint;
  };
  CHECK(said("admin:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/") ==
        "the variable apr1 is not set; write $$ for each $ of a password's hash");
  CHECK(said("admin:$2y$10$hunter2hunter2") ==
        "invalid interpolation \"$2y$…\"; write $$ for each $ of a password's hash");
  CHECK(said("$6$salt$hunter2") ==
        "invalid interpolation \"$6$…\"; write $$ for each $ of a password's hash");
  CHECK(said("$A$B").find("give a default") != std::string::npos);
  CHECK(interpolate("$apr1$Hunter2$Ig", how).problems.size() == 1);  // none of the hash itself
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
  // The first brace closes; what is behind it is text.
  CHECK(docker("${A:-{\"b\":{}}}") == "one}}");
  CHECK(docker("${NONE:-{{.Node.Hostname}}}") == "{{.Node.Hostname}}");
  CHECK(docker("${NONE:-{}") == "{");
  CHECK(docker("${A:+x}") == "!invalid interpolation \"${A:+x}\" (write $$ for a literal $)");
  CHECK(docker("${A") == "!invalid interpolation \"${A\" (write $$ for a literal $)");
  CHECK(docker("1 $ 2") == "!invalid interpolation \"$ 2\" (write $$ for a literal $)");
}

TEST_CASE("for docker a problem counts until the next variable, and a lone dollar is dropped",
          "[yaml]") {
  const auto docker = [](const std::string& text) { return result(text, Dialect::docker); };
  CHECK(docker("pay $ 5 to ${A}") == "pay  5 to one");
  CHECK(docker("${:bad} $1 $A") == "{:bad} 1 one");
  CHECK(docker("${A:+b} $A.") == "{A:+b} one.");
  CHECK(docker("${NONE:?why} ${A}") == " one");
  CHECK(docker("${A} ${NONE:?why}") == "!the variable NONE is not set: why");
  CHECK(docker("$A $") == "!invalid interpolation \"$\" (write $$ for a literal $)");
  CHECK(docker("$ $$A") == "!invalid interpolation \"$ $$A\" (write $$ for a literal $)");
  CHECK(docker("${A:+b} $$ and $NONE-${B") == "{A:+b} $ and ${B");
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
        "  hint: set it, or give a default: ${NAME:-default}\n"
        "f.yml:6:9: error: services.web.ports[1]: invalid interpolation \"${A\"\n"
        "  hint: write $$ for a literal $\n");
}

TEST_CASE("a variable that is not set is one problem of a tree, with all its places", "[yaml]") {
  Diagnostics diagnostics;
  const Node tree = read("a: $NONE\nb: [x, \"${NONE}$NO\", $NONE]\nc: ${NONE?why}\nd: ${NONE}\n",
                         "f.yml", diagnostics)
                        .root;
  interpolate(tree, {look_up}, diagnostics);
  CHECK(format(diagnostics) ==
        "f.yml:1:4: error: a: the variable NONE is not set (also at line 2, line 4)\n"
        "  hint: set it, or give a default: ${NAME:-default}\n"
        "f.yml:2:8: error: b[1]: the variable NO is not set\n"
        "f.yml:3:4: error: c: the variable NONE is not set: why\n");
}

TEST_CASE("as docker reads it, a variable that is not set is blank, with a warning", "[yaml]") {
  Diagnostics diagnostics;
  const Node tree = read("a: $NONE\nb: x${NONE}${NO-}\nc: ${EMPTY}\n", "f.yml", diagnostics).root;
  Interpolation how{look_up, false, Dialect::docker};
  how.advice = [](const std::string& name) { return "export " + name; };
  const Node done = interpolate(tree, how, diagnostics);
  CHECK(done.find("b")->text() == "x");
  CHECK(format(diagnostics) ==
        "f.yml:1:4: warning: a: the variable NONE is not set: it is blank, as docker has it (also "
        "at line 2)\n  hint: export NONE\n");
  SECTION("which who asked for blanks knows") {
    Diagnostics none;
    how.allow_missing = true;
    interpolate(tree, how, none);
    CHECK(none.empty());
  }
}

TEST_CASE("who reads the files knows what to do about a variable", "[yaml]") {
  Interpolation how{look_up};
  how.advice = [](const std::string& name) { return "look for " + name; };
  CHECK(interpolate("$NONE", how).problems.front().hint == "look for NONE");
}

TEST_CASE("a tree with its dollars doubled interpolates to itself", "[yaml]") {
  Diagnostics diagnostics;
  const Node tree =
      read("$A: ['$A', \"$$\", '${X:-{}', plain, 5, null]\nb: {c: 'a$'}\n", "f.yml", diagnostics)
          .root;
  const Node doubled = with_dollars_doubled(tree);
  CHECK(doubled.find("$A")->items()[0].text() == "$$A");
  CHECK(doubled.find("$A")->items()[1].text() == "$$$$");
  CHECK(doubled.find("$A")->items()[4].as_integer() == 5);
  CHECK(format(doubled.find("b")->find("c")->loc()) == format(tree.find("b")->find("c")->loc()));
  CHECK(interpolate(doubled, {look_up}, diagnostics) == tree);
  CHECK(diagnostics.empty());
}
