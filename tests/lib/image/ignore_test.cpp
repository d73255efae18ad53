#include "image/ignore.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "support/catch.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

using namespace skep;
using namespace skep::image;

namespace {

/// The verdict on a path after those on its folders, as a walk asks for them.
bool ignored(const IgnoreRules& rules, const std::string& path) {
  IgnoreRules::Verdict verdict;
  const IgnoreRules::Verdict* parent = nullptr;
  IgnoreRules::Verdict above;
  for (auto end = path.find('/');; end = path.find('/', end + 1)) {
    verdict = rules.judge(path.substr(0, end), parent);
    if (end == std::string::npos) return verdict.ignored;
    above = verdict;
    parent = &above;
  }
}

bool ignored(const std::string& text, const std::string& path) {
  return ignored(IgnoreRules(text, ".dockerignore"), path);
}

std::string refusal(const std::string& text) {
  try {
    IgnoreRules rules(text, ".dockerignore");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::input);
    return format(*error.loc()) + ": " + error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("one pattern matches what docker's matcher says", "[image]") {
  struct Row {
    std::string pattern;
    std::string path;
    bool match;
  };
  const std::vector<Row> rows{
      {"**", "file", true},
      {"**/", "dir/file", true},
      {"**/**", "dir/file", true},
      {"dir/**", "dir/dir2/file", true},
      {"dir/**", "dir", false},
      {"**/dir", "dir/file", true},
      {"**/dir2/*", "dir/dir2/file", true},
      {"**/dir2/**", "dir/dir2/dir3/file", true},
      {"**file", "dir/dir/file", true},
      {"**/file*txt", "dir/dir/file.txt", true},
      {"**/**/*.txt", "file.txt", true},
      {"**/**/*.txt2", "dir/dir/file.txt", false},
      {"a**/*.txt", "a/dir/dir/file.txt", true},
      {"a/*.txt", "a/dir/file.txt", false},
      {"a/*.txt**", "a/file.txt", true},
      {"a[b-d]e", "ace", true},
      {"a[b-d]e", "aae", false},
      {"a[^b-d]e", "aze", true},
      {".*", ".foo", true},
      {".*", "foo", false},
      {"abc.def", "abcZdef", false},
      {"abc?def", "abcZdef", true},
      {"abc?def", "abcdef", false},
      {"a\\\\", "a\\", true},
      {"a\\*b", "a*b", true},
      {"a\\*b", "axb", false},
      {"**/foo/bar", "dir/dir2/foo/bar", true},
      {"**/.foo", "bar.foo", false},
      {"a(b)c/def", "a(b)c/def", true},
      {"a.|)$(}+{bc", "a.|)$(}+{bc", true},
      {"dist/*.whl", "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl", true},
      {"a*b*c*d*e*/f", "axbxcxdxexxx/f", true},
      {"a*b?c*x", "abxbbxdbxebxczzy", false},
      {"a?b", "a☺b", true},
      {"a???b", "a☺b", false},
      {"[a-ζ]*", "α", true},
      {"a?b", "a/b", false},
      {"a*b", "a/b", false},
      {"[x\\-]", "-", true},
      {"[x\\-]", "z", false},
      {"*\\p{Greek}", "aα", true},
      {"*\\p{Greek}", "ab", false},
      {"[\\p{Lu}]*", "Ab", true},
      {"\\pN*", "1a", true},
      {"\\pN*", "a1", false},
      {"\\P{L}*", "b", false},
      {"a\\Q|b\\E*", "a|bc", true},
      {"a\\Q|b\\E*", "a", false},
      {"\\Qa{2}\\E*", "a{2}b", true},
      {"\\Qa{2}\\E*", "aab", false},
      {"*\\Q\\C\\E*", "a\\C", true},
      {"\\\\C*", "\\Cx", true},
      {"a?z", "a\xffz", true},
      {"a\xff*", "a\uFFFDb", true},
      {"[\uFFFD]z", "\xffz", true},
      {"a??z", "a\xE4\xBDz", true},
  };
  for (const auto& row : rows) {
    INFO(row.pattern << " on " << row.path);
    CHECK(ignored(row.pattern, row.path) == row.match);
  }
}

TEST_CASE("the last rule that matches decides, and an exception takes back", "[image]") {
  CHECK(ignored("docs\n!docs/README.md", "docs/a"));
  CHECK_FALSE(ignored("docs\n!docs/README.md", "docs/README.md"));
  CHECK(ignored("!a.go\n*.go", "a.go"));
  CHECK_FALSE(ignored("**\n!util/docker/web", "util/docker/web/foo"));
  CHECK(ignored("**\n!util/docker/web\nutil/docker/web/foo", "util/docker/web/foo"));
}

TEST_CASE("a line is read as docker reads it", "[image]") {
  CHECK(ignored("\xEF\xBB\xBF/some/path/\r\n", "some/path"));
  CHECK(ignored("  a/./b/../c  ", "a/c"));
  CHECK(ignored("\u00A0a\u3000", "a"));
  CHECK_FALSE(ignored("#a\n\n   \n", "#a"));
  CHECK(ignored(" #a", "#a"));
  CHECK_FALSE(ignored("a\n! /a", "a"));
  CHECK_FALSE(ignored("a\n./!a", "a"));
}

TEST_CASE("a malformed pattern is refused with its line", "[image]") {
  CHECK(refusal("a\n!\n") == ".dockerignore:2: illegal exclusion pattern: \"!\"");
  CHECK(refusal("[") == ".dockerignore:1: pattern \"[\": syntax error in pattern");
  CHECK(refusal("#\n\n!a[x-]") == ".dockerignore:3: pattern \"!a[x-]\": syntax error in pattern");
  CHECK(refusal("a\\") == ".dockerignore:1: pattern \"a\\\": syntax error in pattern");
  CHECK(refusal("[Local-Only]") ==
        ".dockerignore:1: pattern \"[Local-Only]\": invalid character class range");
  CHECK(refusal("*\\p") == ".dockerignore:1: pattern \"*\\p\": invalid character class range");
  CHECK(refusal("*\\p{Klingon}") ==
        ".dockerignore:1: pattern \"*\\p{Klingon}\": invalid character class range");
  CHECK(refusal("*\\C") == ".dockerignore:1: pattern \"*\\C\": invalid escape sequence");
  CHECK(refusal("\\Qa\\E\\C") ==
        ".dockerignore:1: pattern \"\\Qa\\E\\C\": invalid escape sequence");
  CHECK(refusal("[\\C]*") == ".dockerignore:1: pattern \"[\\C]*\": invalid escape sequence");
  CHECK(refusal("[\xff]b") == ".dockerignore:1: pattern \"[\xff]b\": syntax error in pattern");
  CHECK(refusal("[[:alpha:]") == ".dockerignore:1: pattern \"[[:alpha:]\": missing closing ]");
  CHECK(refusal("*\\y") == ".dockerignore:1: pattern \"*\\y\": invalid escape sequence");
  CHECK(refusal("**{2}?") == ".dockerignore:1: pattern \"**{2}?\": a repetition of a repetition");
  CHECK(refusal("a{1001}*") == ".dockerignore:1: pattern \"a{1001}*\": invalid repeat count");
  CHECK(refusal("a|{2}*") ==
        ".dockerignore:1: pattern \"a|{2}*\": missing argument to a repetition");
}

TEST_CASE("a pattern that could take for ever does not", "[image]") {
  const std::string path(4000, 'a');
  CHECK_FALSE(ignored("**/*a*a*a*a*a*a*a*a*a*b", path));
}

TEST_CASE("a folder without exceptions below it is not walked", "[image]") {
  const IgnoreRules plain("node_modules\n!src/keep", ".dockerignore");
  CHECK_FALSE(plain.may_except_below("node_modules"));
  CHECK(plain.may_except_below("src"));
  const IgnoreRules wild("*\n!**/keep.txt", ".dockerignore");
  CHECK(wild.may_except_below("node_modules"));
}

TEST_CASE("paths are cleaned as Go does it", "[image]") {
  const std::map<std::string, std::string> rows{
      {"", "."},          {"a/b/", "a/b"},     {"./a", "a"}, {"a//b", "a/b"},
      {"/../a", "/a"},    {"../a/..", ".."},   {"/", "/"},   {"a/../../b", "../b"},
      {"a/b/../..", "."}, {"/a/./b/", "/a/b"}, {"..", ".."},
  };
  for (const auto& [path, clean] : rows) CHECK(clean_path(path) == clean);
}
