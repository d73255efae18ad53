#include "yaml/dotenv.hpp"

#include "support/catch.hpp"

#include <map>
#include <vector>

using namespace skep;
using namespace skep::yaml;

namespace {

std::optional<std::string> process(const std::string& name) {
  if (name == "HOME") return "/home/bee";
  if (name == "OVER") return "process";
  return std::nullopt;
}

std::map<std::string, std::string> values(const std::string& text) {
  Diagnostics diagnostics;
  std::map<std::string, std::string> result;
  for (const auto& variable : read_dotenv(text, ".env", process, diagnostics)) {
    result[variable.name] = variable.value;
  }
  INFO(format(diagnostics));
  CHECK(diagnostics.empty());
  return result;
}

std::string problems(const std::string& text) {
  Diagnostics diagnostics;
  read_dotenv(text, ".env", process, diagnostics);
  return format(diagnostics);
}

using Values = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("lines of a .env file", "[yaml]") {
  const std::vector<std::pair<std::string, Values>> cases = {
      {"", {}},
      {"# only\n\n   # comments\n", {}},
      {"A=1", {{"A", "1"}}},
      {"A=1\r\nB=2\r\n", {{"A", "1"}, {"B", "2"}}},
      {"\xEF\xBB\xBF"
       "A=1",
       {{"A", "1"}}},
      {"  A = 1  \n", {{"A", "1"}}},
      {"export A=1\nexport\tB=2", {{"A", "1"}, {"B", "2"}}},
      {"A=", {{"A", ""}}},
      {"A=x # comment", {{"A", "x"}}},
      {"A=x#y", {{"A", "x#y"}}},
      {"A=# comment", {{"A", ""}}},
      {"A=a b c", {{"A", "a b c"}}},
      {"A=a=b", {{"A", "a=b"}}},
      {"A: yaml", {{"A", "yaml"}}},
      {"a.b-c=1", {{"a.b-c", "1"}}},
      {"A='single # ${HOME} $$ \"'", {{"A", "single # ${HOME} $$ \""}}},
      {"A='it\\'s'", {{"A", "it's"}}},
      {"A=\"double # \\n\\t\\\" \\\\ \\$HOME ${HOME}\" # c",
       {{"A", "double # \n\t\" \\ $HOME /home/bee"}}},
      {"A=\"two\nlines\"\nB='three\n\nlines'\nC=3",
       {{"A", "two\nlines"}, {"B", "three\n\nlines"}, {"C", "3"}}},
      {"A=\"\\q\"", {{"A", "\\q"}}},
      {"A=1\nB=${A}2\nC=$B", {{"A", "1"}, {"B", "12"}, {"C", "12"}}},
      {"A=${NONE:-x}", {{"A", "x"}}},
      {"OVER=file\nA=$OVER", {{"OVER", "file"}, {"A", "process"}}},
      {"HOME\nNONE", {{"HOME", "/home/bee"}}},
      {"A=1\nA=2", {{"A", "2"}}},
  };
  for (const auto& [text, wanted] : cases) {
    INFO(text);
    CHECK(values(text) == wanted);
  }
}

TEST_CASE("every variable knows its line", "[yaml]") {
  Diagnostics diagnostics;
  const auto found = read_dotenv("# x\nA=\"1\n2\"\n\nexport B=3\n", "e/.env", process, diagnostics);
  CHECK(found ==
        std::vector<Variable>{{"A", "1\n2", {"e/.env", 2, 0}}, {"B", "3", {"e/.env", 5, 0}}});
}

TEST_CASE("mistakes in a .env file are all reported with their line", "[yaml]") {
  CHECK(problems("A=1\n=x\nB c\n1A=2\nC=\"x\nD='y' z\n") ==
        ".env:2: error: this line is no NAME=value\n"
        "  hint: write NAME=value; a value of several lines stands in quotes\n"
        ".env:3: error: there is no \"=\" behind the name\n"
        "  hint: write NAME=value; a value of several lines stands in quotes\n"
        ".env:4: error: this line is no NAME=value\n"
        "  hint: write NAME=value; a value of several lines stands in quotes\n"
        ".env:5: error: the value of C opens a quote that never closes\n"
        ".env:6: error: the value of D has text behind its closing quote\n");
  CHECK(problems("A=$NONE\n") ==
        ".env:1: error: the variable NONE is not set\n"
        "  hint: set it, or give a default: ${NAME:-default}\n");
  Diagnostics diagnostics;
  CHECK_THROWS_WITH(read_dotenv("A=\xff", ".env", process, diagnostics),
                    "the text is not valid UTF-8");
}
