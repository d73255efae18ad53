#include "yaml/read.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <fmt/format.h>

#include <vector>

using namespace skep;
using namespace skep::yaml;

namespace {

Node good(const std::string& text) {
  Diagnostics diagnostics;
  Node root = read(text, "f.yml", diagnostics).root;
  INFO(text << "\n" << format(diagnostics));
  REQUIRE(diagnostics.empty());
  return root;
}

std::string diagnosed(const std::string& text) {
  Diagnostics diagnostics;
  read(text, "f.yml", diagnostics);
  return format(diagnostics);
}

std::string refused(const std::string& text) {
  Diagnostics diagnostics;
  try {
    read(text, "f.yml", diagnostics);
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::input);
    return format(*error.loc()) + ": " + error.message();
  }
  return "accepted";
}

std::string at(const Node& node) {
  return format(node.loc());
}

}  // namespace

TEST_CASE("a document is read with the place of every value and key", "[yaml]") {
  const Node root = good("# top\na: 1\nb:\n  - x\n  - 'y z'\n\"c d\": {e: [true, ~]}\n");
  REQUIRE(root.is_map());
  CHECK(root.size() == 3);
  CHECK(at(root) == "f.yml:2:1");
  CHECK(root.find("a")->as_integer() == 1);
  CHECK(at(*root.find("a")) == "f.yml:2:4");
  CHECK(format(root.find_entry("b")->key_loc()) == "f.yml:3:1");
  const Node& b = *root.find("b");
  CHECK(b.items().at(0).as_string() == "x");
  CHECK_FALSE(b.items().at(0).quoted());
  CHECK(b.items().at(1).as_string() == "y z");
  CHECK(b.items().at(1).quoted());
  CHECK(at(b.items().at(1)) == "f.yml:5:5");
  const Node& e = *root.find("c d")->find("e");
  CHECK(e.items().at(0).as_boolean());
  CHECK(e.items().at(1).is_null());
  CHECK(e.items().at(1).text() == "~");
  CHECK(at(e.items().at(1)) == "f.yml:6:19");
  CHECK(root.find("none") == nullptr);
  CHECK(b.find("x") == nullptr);
}

TEST_CASE("an empty text is a null", "[yaml]") {
  CHECK(good("").is_null());
  CHECK(good("# only this\n").is_null());
  CHECK(good("---\n").is_null());
  CHECK(good("--- a\n...\n").as_string() == "a");
  CHECK(good("\xEF\xBB\xBF"
             "a: 1\n")
            .find("a")
            ->as_integer() == 1);
  CHECK(good("%YAML 1.2\n---\na: 1\n").find("a")->as_integer() == 1);
}

TEST_CASE("a value that is not written stands where its key stands", "[yaml]") {
  const Node root = good("a:\nb: ~\nc: null\nd:\n  -\n  - x\ne:");
  CHECK(at(*root.find("a")) == "f.yml:1:1");
  CHECK(root.find("a")->text().empty());
  CHECK(at(*root.find("b")) == "f.yml:2:4");
  CHECK(root.find("c")->text() == "null");
  CHECK(root.find("d")->items().at(0).is_null());
  CHECK(at(root.find("d")->items().at(0)) == "f.yml:5:4");
  CHECK(at(*root.find("e")) == "f.yml:7:1");
  CHECK(at(*good("a:\nnull_too: 1\n").find("a")) == "f.yml:1:1");
  CHECK(good("{a, b: 1}").find("a")->is_null());
  CHECK(good("? a\n").find("a")->is_null());
}

TEST_CASE("block and quoted scalars are strings whatever they look like", "[yaml]") {
  const Node root =
      good("a: |\n  1\n  2\nb: >-\n  x\n  y\nc: \"\\x41\\n\\u263A\"\nd: 'it''s'\ne: '1'\n");
  CHECK(root.find("a")->as_string() == "1\n2\n");
  CHECK(root.find("b")->as_string() == "x y");
  CHECK(root.find("c")->as_string() == "A\n\u263A");
  CHECK(root.find("d")->as_string() == "it's");
  CHECK(root.find("e")->as_string() == "1");
}

TEST_CASE("line ends at the end of a text in quotes are folded as any", "[yaml]") {
  const std::vector<std::pair<std::string, std::string>> cases = {{"''", ""},
                                                                  {"' '", " "},
                                                                  {"'\n '", " "},
                                                                  {"'\n\n  \n  '", "\n\n"},
                                                                  {"\" \n\n \"", "\n"},
                                                                  {"!!str '\n\n'", "\n"},
                                                                  {"\"\\\n \"", ""},
                                                                  {"\"\\n\"", "\n"},
                                                                  {"|\n", ""},
                                                                  {"'a\n '", "a "},
                                                                  {"'a\n\n '", "a\n"},
                                                                  {"'a\n\n \n\n \n '", "a\n\n\n\n"},
                                                                  {"\"a\\n\n\n \n \"", "a\n\n\n"},
                                                                  {"\"a \\\n\n \n \"", "a \n\n"}};
  for (const auto& [text, value] : cases) {
    INFO(text);
    CHECK(good("a: " + text + "\n").find("a")->as_string() == value);
  }
}

TEST_CASE("the escapes of line ends and blanks beyond ASCII are UTF-8", "[yaml]") {
  CHECK(good("a: \"\u00e9\\N?\\_\\L\\P\\x85\"\n").find("a")->as_string() ==
        "\u00e9\u0085?\u00a0\u2028\u2029\u0085");
}

TEST_CASE("a question mark is text where it is no indicator", "[yaml]") {
  const Node root =
      good("a: [curl, http://x/?a=b, d?, 'e?']\nf?: {g?: h? i}\n? j\n: k?\n# ?\nl: \"? ?m\"\n");
  CHECK(*root.find("a") == good("['curl', 'http://x/?a=b', 'd?', 'e?']"));
  CHECK(root.find("f?")->find("g?")->as_string() == "h? i");
  CHECK(root.find("j")->as_string() == "k?");
  CHECK(root.find("l")->as_string() == "? ?m");
  CHECK(refused("a: \"\\?\"\n") == "f.yml:1:5: unknown escape character: ?");
}

TEST_CASE("a colon is text in front of a comma or a bracket", "[yaml]") {
  const Node root = good(
      "a: [b:, c:d:, http:?e, f:]\n'g':\n  - h:,\n  - \"i:]\\uE000\uE001\"\n# :,\n"
      "j: {\"k\":[l], m: n:}\no:,: p\n");
  CHECK(*root.find("a") == good("['b:', 'c:d:', 'http:?e', 'f:']"));
  CHECK(*root.find("g") == good("['h:,', \"i:]\uE000\uE001\"]"));
  CHECK(*root.find("j") == good("{k: [l], m: 'n:'}"));
  CHECK(root.find("o:,")->as_string() == "p");
  std::string private_use;
  for (int point = 0xE000; point < 0xF900; ++point) private_use += fmt::format(" {:X}", point);
  CHECK(good("#" + private_use + "\na: [b, c]\n").is_map());
  CHECK(refused("#" + private_use + "\na: [b:, c]\n") == "f.yml:2:6: a ':' where no key can stand");
  CHECK(refused("a: {b:[c]}\n") == "f.yml:1:7: a ',' is missing before this");
  CHECK(refused("{&k:, b}").ends_with("a key is missing before the ':'"));
  CHECK(refused("a: [b', c:, d]\ne:, f\n") ==
        "f.yml:2:1: \"e:, f\" is no key: there is no ':' behind it");
}

TEST_CASE("a placeholder of Swarm without quotes is told to need them", "[yaml]") {
  Diagnostics diagnostics;
  try {
    read("hostname: {{.Node.Hostname}}\n", "f.yml", diagnostics);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.message() == "a key cannot be a map");
    CHECK(error.hint() == "put a text that begins with {{ in quotes");
  }
}

TEST_CASE("a backslash in front of a quote is an escape in double quotes", "[yaml]") {
  const Node root =
      good("a: \"it\\'s \\\\\\'\"\nb: it\\'s\nc: 'it\\'\nd: |\n  it\\'s \\\\'\n'e\\': \"\\\\\"\n");
  CHECK(root.find("a")->as_string() == "it's \\'");
  CHECK(root.find("b")->as_string() == "it\\'s");
  CHECK(root.find("c")->as_string() == "it\\");
  CHECK(root.find("d")->as_string() == "it\\'s \\\\'\n");
  CHECK(root.find("e\\")->as_string() == "\\");
}

TEST_CASE("explicit tags decide the type", "[yaml]") {
  const Node root = good(
      "a: !!str 12\nb: !!int \"3\"\nc: !!float 1\nd: !!bool 'true'\ne: !!null ''\nf: !!binary "
      "aGk=\n"
      "g: !!map {x: 1}\nh: !!seq [1]\ni: !!str\n");
  CHECK(root.find("a")->as_string() == "12");
  CHECK(root.find("b")->as_integer() == 3);
  CHECK(root.find("c")->type() == Type::floating);
  CHECK(root.find("d")->as_boolean());
  CHECK(root.find("e")->is_null());
  CHECK(root.find("f")->as_string() == "hi");
  CHECK(root.find("g")->is_map());
  CHECK(root.find("h")->is_list());
  CHECK(root.find("i")->as_string().empty());
  CHECK(good("a: ! 12\nb: ! [c]\nd: ! '12'\n") == good("a: 12\nb: [c]\nd: '12'\n"));
  CHECK(refused("a: !!binary x\n") == "f.yml:1:4: \"x\" is no !!binary");
  CHECK(refused("a: !!int x\n") == "f.yml:1:4: \"x\" is no !!int");
  CHECK(refused("a: !foo x\n") == "f.yml:1:4: the tag !foo is not known");
  CHECK(refused("a: !!set {x}\n") == "f.yml:1:4: the tag !!set is not known");
}

TEST_CASE("the tags of a merge are taken where they are asked for, and refused elsewhere",
          "[yaml]") {
  const std::string text =
      "a: !reset null\nb: !reset\nc: !override [x]\nd: !override 5\ne: !override '5'\n"
      "f: !override {g: !reset []}\nh: plain\n";
  Diagnostics diagnostics;
  const Node root = read(text, "f.yml", diagnostics, MergeTags::take).root;
  CHECK(diagnostics.empty());
  CHECK(root.find("a")->merge_tag() == MergeTag::reset);
  CHECK(root.find("a")->is_null());
  CHECK(root.find("b")->merge_tag() == MergeTag::reset);
  CHECK(root.find("b")->is_null());
  CHECK(root.find("c")->merge_tag() == MergeTag::replace);
  CHECK(root.find("c")->items().front().as_string() == "x");
  CHECK(root.find("d")->as_integer() == 5);
  CHECK(root.find("e")->as_string() == "5");
  CHECK(root.find("e")->merge_tag() == MergeTag::replace);
  CHECK(root.find("f")->find("g")->merge_tag() == MergeTag::reset);
  CHECK(root.find("h")->merge_tag() == MergeTag::none);
  CHECK(refused("a: !reset null\n") == "f.yml:1:4: the tag !reset is not known");
  CHECK(refused("a: !override [x]\n") == "f.yml:1:4: the tag !override is not known");
}

TEST_CASE("aliases copy, and stand where they are written", "[yaml]") {
  const Node root = good("a: &x\n  k: [1, 2]\nb: *x\nc: &y hello\nd: *y\n");
  CHECK(*root.find("a") == *root.find("b"));
  CHECK(at(*root.find("b")) == "f.yml:3:4");
  CHECK(at(*root.find("b")->find("k")) == "f.yml:2:6");
  CHECK(root.find("d")->as_string() == "hello");
  CHECK(good("&k a: 1\nb: *k\n").find("b")->as_string() == "a");
}

TEST_CASE("merge keys follow yaml.v3", "[yaml]") {
  const Node root = good(
      "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\n"
      "one: {<<: *x, b: 9}\nother: {b: 9, <<: *x}\nmany: {<<: [*x, *y]}\ninline: {<<: {q: 1}}\n"
      "quoted: {'<<': 1}\n");
  CHECK(*root.find("one") == good("{a: 1, b: 9}"));
  CHECK(*root.find("other") == good("{b: 9, a: 1}"));
  CHECK(*root.find("many") == good("{a: 1, b: 2, c: 4}"));
  CHECK(root.find("inline")->find("q")->as_integer() == 1);
  CHECK(root.find("quoted")->find("<<")->as_integer() == 1);
  CHECK(refused("a: {<<: 1}") == "f.yml:1:5: \"<<\" takes a map or a list of maps");
  CHECK(refused("a: {<<: [{x: 1}, 2]}") == "f.yml:1:5: \"<<\" takes a map or a list of maps");
  CHECK(diagnosed("a: {<<: {x: 1}, <<: {y: 1}}") ==
        "f.yml:1:17: error: a: \"<<\" is there twice\n  hint: write both in one, such as <<: [*a, "
        "*b]; the first one is at f.yml:1:5\n");
}

TEST_CASE("a key twice and a key that is no string are reported, all of them", "[yaml]") {
  CHECK(diagnosed("s:\n  a: 1\n  b: 2\n  a: 3\n  b: 4\n8080: x\nl:\n  - true: 1\n") ==
        "f.yml:4:3: error: s: the key \"a\" is there twice\n  hint: the first one is at f.yml:2:3\n"
        "f.yml:5:3: error: s: the key \"b\" is there twice\n  hint: the first one is at f.yml:3:3\n"
        "f.yml:6:1: error: the key 8080 is an integer, not a string\n"
        "  hint: write it in quotes: \"8080\"\n"
        "f.yml:8:5: error: l[0]: the key true is a boolean, not a string\n"
        "  hint: write it in quotes: \"true\"\n");
  Diagnostics diagnostics;
  CHECK(read("a: 1\na: 2\n", "f", diagnostics).root.find("a")->as_integer() == 1);
  const Node merged = read("a: 1\na: 2\nb: 3\n<<: {c: 4}\nb: 5\nd: 6\n", "f", diagnostics).root;
  CHECK(merged == good("{a: 1, b: 3, c: 4, d: 6}"));
  CHECK(good("yes: 1\n").find("yes") != nullptr);
}

TEST_CASE("mistakes of form are refused with their place", "[yaml]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a: 1\ncommand:top", "2:1: \"command:top\" is no key: there is no ':' behind it"},
      {"a: 1\ncommand:top\n", "2:1: \"command:top\" is no key: there is no ':' behind it"},
      {"a: 1\n\"b\"\n", "2:1: \"b\" is no key: there is no ':' behind it"},
      {"a: 1\n&x b\n", "2:1: \"&x b\" is no key: there is no ':' behind it"},
      {"a: '\n", "1:4: a quote opens here and never closes"},
      {"a: !!str '\n", "1:10: a quote opens here and never closes"},
      {"a: \"x", "1:4: a quote opens here and never closes"},
      {"a: it's \"b\"\nc: ['d # \"', \"e\"] # '\nf: 'g\nh: i\n",
       "3:4: a quote opens here and never closes"},
      {"- a\n- b: \"c\n  d: e\n", "2:6: a quote opens here and never closes"},
      {"\"a: b\n", "1:1: a quote opens here and never closes"},
      {"a: 1\n---\nb: 2\n", "2:1: a second document begins here"},
      {"a\n...\nb: 2\n", "3:1: this does not fit what stands above it"},
      {",", "1:1: no value can stand here"},
      {"a: b: c\n", "1:5: a ':' where no key can stand"},
      {"a: 1\n b: 2\n", "2:3: a ':' where no key can stand"},
      {"a: \"x\"y\n", "1:7: this does not fit the map above it"},
      {"a: [1, 2\n", "1:4: a bracket opens here and never closes"},
      {"a: {b: 1\n", "1:4: a bracket opens here and never closes"},
      {"a: [b, {c: 1}\nd: 2\n", "1:4: a bracket opens here and never closes"},
      {"a: [\n  'b'\n  'c'\n]\n", "3:3: a ',' is missing before this"},
      {"a: {b: 1 c: 2}\n", "1:11: a ',' is missing before this"},
      {"a: [1, 2}\nb: ]\n", "1:9: a '}' where a ']' must close"},
      {"a: [b, '[', {c]\nd: }]\n", "1:15: a ']' where a '}' must close"},
      {"a:\n  b: [c]]\n", "2:9: a ']' or '}' that nothing opened"},
      {"a: b]\n", "accepted"},
      {"a:\n  image:b\n  c: d\n", "2:3: \"image:b\" is no key: there is no ':' behind it"},
      {"a:\r\n  b # c\r\n  d:\r\n", "2:3: \"b\" is no key: there is no ':' behind it"},
      {"a:\n  - b\n    c: d\n", "3:6: a ':' where no key can stand"},
      {"a: b\n  c: d\n", "2:4: a ':' where no key can stand"},
      {"a:\n  'b'\n  c: d: e\n", "2:3: \"b\" is no key: there is no ':' behind it"},
      {"a: ]\n", "1:4: a ']' or '}' that nothing opened"},
      {"a:\n\t- b\n", "2:1: a tab cannot indent"},
      {"a: 1 - b\n", "accepted"},
      {"a: - b\n", "1:4: a '-' where no list can stand"},
      {"a: |\n\tb\n", "2:1: a tab cannot indent"},
      {"a: ? b\n", "1:4: a key cannot stand here"},
      {"- a\nb: c\n", "2:1: this does not fit the list above it"},
      {"a: \"x\n---\ny\"\n", "1:4: a quote opens here and never closes"},
      {"a: !x!y z\n", "1:4: no %TAG line says what this tag's \"!…!\" stands for"},
      {"a: |0\n", "1:5: found an indentation indicator equal to 0"},
      {"a: @x\n", "1:4: a character that no value can start with"},
      {"a: *nope\n", "1:4: an alias of nothing: no such anchor stands above"},
      {"a: &x [*x]\n", "1:8: this alias stands inside what it names"},
      {"a: &x {b: [1, *x]}\n", "1:15: this alias stands inside what it names"},
      {"[a]: 1\n", "1:1: a key cannot be a list"},
      {"? {a: 1}\n: 1\n", "1:3: a key cannot be a map"},
      {"x: &k a\n*k : b\n", "2:1: a key cannot be an alias"},
      {"{: 1}", "1:2: a key is missing before the ':'"},
      {"~: 1\n", "1:1: a key cannot be null"},
      {"a: 1\nenviron\n  - A=b\n  - C=${D:-e}\n",
       "2:1: \"environ\" is no key: there is no ':' behind it"},
      {"a: [b,, c]\n", "1:7: an item is missing before the ','"},
      {"a: [, c]\n", "1:5: an item is missing before the ','"},
      {"a:\n  - b\n%  - c\n", "3:1: a line cannot start with %"},
      {"%YMAL 1.2\n---\na: 1\n", "1:1: a line cannot start with %"},
      {"a: \x01\n", "1:4: the control character U+0001"},
      {"a: \x7f\n", "1:4: the control character U+007F"},
      {"a: 1\n# \xC2\x81\n", "2:3: the control character U+0081"},
      {std::string("a: \0", 4), "1:4: the control character U+0000"},
      {"a: \xff\n", "1:4: the text is not valid UTF-8"},
      {"a: \xC0\xAF\n", "1:4: the text is not valid UTF-8"},
      {"a: \xED\xA0\x80\n", "1:4: the text is not valid UTF-8"},
      {"a: \xF4\x90\x80\x80\n", "1:4: the text is not valid UTF-8"},
      {"a: \xE2\x82", "1:4: the text is not valid UTF-8"},
      {"a: 1\rb: 2\n", "1:5: a carriage return without a newline behind it"},
      {"a: \"\\q\"\n", "1:5: unknown escape character: q"},
      {std::string(5, '\0'), "1:1: the control character U+0000"},
      {std::string("\xFF\xFE"
                   "a\0:\0",
                   6),
       "1:1: the text is not valid UTF-8"},
      {"a: &b: 1\n", "1:6: a ':' where no key can stand"},
      {"a: &b.c 1\n", "1:4: \"b.c\" is no name of an anchor"},
      {"a: [*ä]\n", "1:5: \"ä]\" is no name of an anchor"},
      {"a: [1, !!str &x.y z]\n", "1:14: \"x.y\" is no name of an anchor"},
      {"&ä\na: 1\n", "1:1: \"ä\" is no name of an anchor"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    CHECK(refused(text) == (message == "accepted" ? message : "f.yml:" + message));
  }
}

TEST_CASE("aliases cannot grow beyond bounds", "[yaml]") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i <= 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k > 0 ? ", " : "") + before;
    bomb += "]\n";
  }
  CHECK(refused(bomb).find("the aliases of this file make more than 1000000 copies") !=
        std::string::npos);
  std::string texts = "a: &a \"" + std::string(1 << 20, 'x') + "\"\nb:\n";
  for (int i = 0; i < 70; ++i) texts += "  - *a\n";
  CHECK(refused(texts) == "f.yml:66:5: the aliases of this file copy more than 64 MiB");
}

TEST_CASE("a very long scalar is read whole", "[yaml]") {
  const std::string words(2'000'000, 'x');
  CHECK(good("a: " + words + "\n").find("a")->as_string() == words);
  CHECK(good("a: '" + words + "'\n").find("a")->as_string() == words);
  CHECK(good("a: |-\n  " + words + "\n").find("a")->as_string() == words);
  CHECK(good("? " + words + "\n: b\n").find(words)->as_string() == "b");
}

TEST_CASE("depth is bounded", "[yaml]") {
  CHECK(good(std::string(200, '[') + std::string(200, ']')).is_list());
  CHECK(refused(std::string(201, '[') + std::string(201, ']')) ==
        "f.yml:1:201: nested deeper than 200 levels");
  CHECK(refused(std::string(100'000, '[')) != "accepted");
  CHECK(refused(std::string(100'000, '{')) != "accepted");
}

TEST_CASE("a byte order mark inside a text is text", "[yaml]") {
  CHECK(good("a: b\xEF\xBB\xBF"
             "c\n")
            .find("a")
            ->as_string() == "b\uFEFFc");
}

TEST_CASE("Windows line ends are line ends", "[yaml]") {
  const Node root = good("a: 1\r\nb: |\r\n  x\r\n  y\r\nc: 'z'\r\n");
  CHECK(root.find("b")->as_string() == "x\ny\n");
  CHECK(at(*root.find("c")) == "f.yml:5:4");
}

TEST_CASE("a file is read from disk under the name it is shown as", "[yaml]") {
  const test::TempDir dir;
  Diagnostics diagnostics;
  const auto path = dir.write("a.yml", "a: 1\n");
  CHECK(at(*read_path(path, "x/a.yml", diagnostics).root.find("a")) == "x/a.yml:1:4");
  CHECK_THROWS_WITH(read_path(dir.path() + "/b", "b", diagnostics),
                    "cannot read " + dir.path() + "/b: No such file or directory");
}

TEST_CASE("a big file is read in linear time", "[yaml]") {
  std::string text = "services:\n";
  for (int i = 0; i < 20'000; ++i) {
    text += "  s" + std::to_string(i) + ":\n    image: nginx\n    ports: [80]\n";
  }
  const Node root = good(text);
  CHECK(root.find("services")->size() == 20'000);
  CHECK(root.find("services")->find("s19999") != nullptr);
}
