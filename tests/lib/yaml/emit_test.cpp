#include "yaml/emit.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/random_text.hpp"
#include "yaml/read.hpp"

#include <cmath>

using namespace skep;
using namespace skep::yaml;
using skep::test::RandomText;

namespace {

Node reread(const std::string& text) {
  Diagnostics diagnostics;
  Node root = read(text, "emitted", diagnostics).root;
  INFO(format(diagnostics));
  REQUIRE(diagnostics.empty());
  return root;
}

Node random_node(RandomText& random, int depth) {
  switch (random.below(depth > 3 ? 6 : 9)) {
    case 0:
      return Node();
    case 1:
      return Node::boolean(random.below(2) == 0);
    case 2:
      return Node::integer(static_cast<std::int64_t>(random.below(100'000)) - 50'000);
    case 3:
      return Node::floating(static_cast<double>(random.below(1'000'000)) / 997.0);
    case 4:
      return Node::string(random.bytes());
    case 5:
      return Node::string(random.text());
    case 6: {
      Node list = Node::list();
      for (std::size_t n = random.below(4); n > 0; --n) {
        list.push_back(random_node(random, depth + 1));
      }
      return list;
    }
    default: {
      Node map = Node::map();
      for (std::size_t n = random.below(4); n > 0; --n) {
        map.set(random.below(9) == 0 ? random.bytes() : random.text(3),
                random_node(random, depth + 1));
      }
      return map;
    }
  }
}

}  // namespace

TEST_CASE("a tree is written in one canonical form", "[yaml]") {
  const Node root = reread(
      "{services: {web: {image: nginx, command: [sh, -c, \"a\\nb\\n\"], ports: ['80', 0o10],\n"
      "  empty: {}, none: , list: [], nested: [[1, [2]], {a: 1, b: [x]}]}}, v: '3', f: 1.50}");
  test::require_lines(
      "services:\n"
      "  web:\n"
      "    image: nginx\n"
      "    command:\n"
      "      - sh\n"
      "      - \"-c\"\n"
      "      - |\n"
      "        a\n"
      "        b\n"
      "    ports:\n"
      "      - \"80\"\n"
      "      - 8\n"
      "    empty: {}\n"
      "    none: null\n"
      "    list: []\n"
      "    nested:\n"
      "      - - 1\n"
      "        - - 2\n"
      "      - a: 1\n"
      "        b:\n"
      "          - x\n"
      "v: \"3\"\n"
      "f: 1.5\n",
      emit(root));
}

TEST_CASE("strings are quoted where they would be read as something else", "[yaml]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "\"\""},
      {"plain text", "plain text"},
      {"true", "\"true\""},
      {"null", "\"null\""},
      {"0440", "\"0440\""},
      {"1.5", "\"1.5\""},
      {"yes", "\"yes\""},
      {"Off", "\"Off\""},
      {"56:56", "\"56:56\""},
      {"2001-12-14", "\"2001-12-14\""},
      {"<<", "\"<<\""},
      {"a: b", "\"a: b\""},
      {"a:b", "a:b"},
      {"a #b", "\"a #b\""},
      {"a#b", "a#b"},
      {"a:", "\"a:\""},
      {" a", "\" a\""},
      {"a ", "\"a \""},
      {"*a", "\"*a\""},
      {"node.labels.usage == apps", "node.labels.usage == apps"},
      {"Host(`a`)", "Host(`a`)"},
      {"{{.Node.Hostname}}", "\"{{.Node.Hostname}}\""},
      {"tab\there", "\"tab\\there\""},
      {"bell\x07", "\"bell\\x07\""},
      {"\u2028", "\"\\u2028\""},
      {"\U0001F41D", "\U0001F41D"},
      {"a\"b\\", "a\"b\\"},
      {"\"a\"", "\"\\\"a\\\"\""},
      {"\xff", "!!binary \"/w==\""},
      {"...", "\"...\""},
  };
  for (const auto& [value, text] : cases) {
    CHECK(emit_scalar(Node::string(value)) == text);
    CHECK(reread(emit(Node::string(value))) == Node::string(value));
  }
}

TEST_CASE("numbers, booleans and nulls are read back as they are", "[yaml]") {
  for (const Node& node :
       {Node(), Node::boolean(true), Node::boolean(false), Node::integer(-7), Node::floating(1),
        Node::floating(1e300), Node::floating(-INFINITY), Node::floating(NAN)}) {
    CHECK(reread(emit(node)) == node);
    CHECK(reread(emit(Node::map({{"k", node, {}}}))) == Node::map({{"k", node, {}}}));
  }
}

TEST_CASE("texts of several lines keep every newline", "[yaml]") {
  for (const std::string text : {"a\nb", "a\nb\n", "a\nb\n\n", "a\n\n\nb", "\na", "a\n  b\n",
                                 "  a\nb", "a\n ", "a \nb", "\n", "\n\n", "a\n\tb", "a\n\n", "#\n",
                                 "a\n#b\n", "- a\n- b\n", "a\n---\nb\n", "a\n...\n"}) {
    INFO(text);
    for (const Node& node : {Node::string(text), Node::list({Node::string(text), Node()}),
                             Node::map({{"a", Node::string(text), {}}, {"b", Node(), {}}})}) {
      INFO(emit(node));
      CHECK(reread(emit(node)) == node);
    }
  }
}

TEST_CASE("keys hold whatever they hold", "[yaml]") {
  for (const std::string key :
       {"a b", "a: b", "1", "true", "", "\n", "a\nb", "\xff", "<<", "? a", "#", "é", "\"", "'"}) {
    const Node node =
        Node::map({{key, Node::list({Node::map({{key, Node::integer(1), {}}})}), {}}});
    INFO(emit(node));
    CHECK(reread(emit(node)) == node);
  }
  const std::string longest(3000, 'k');
  const Node node = Node::map({{longest, Node::map({{longest + "\xff", Node(), {}}}), {}}});
  CHECK(reread(emit(node)) == node);
}

TEST_CASE("whatever a tree holds, reading what was written gives it back", "[yaml]") {
  RandomText random;
  INFO("SKEP_SEED=" << random.seed());
  for (int i = 0; i < 5'000; ++i) {
    const Node node = random_node(random, 0);
    const std::string text = emit(node);
    Diagnostics diagnostics;
    const Node again = read(text, "emitted", diagnostics).root;
    if (again == node && diagnostics.empty()) continue;
    FAIL("not the same again:\n" << text << "\nread as:\n" << emit(again) << format(diagnostics));
  }
}

TEST_CASE("JSON is YAML where what YAML takes for something else is escaped", "[yaml]") {
  const std::string plain = "{\n  \"a\": \"b\\n\"\n}";
  CHECK(json_as_yaml(plain) == plain);
  CHECK(json_as_yaml("\"é 日 \xF0\x9F\x98\x80\"") == "\"é 日 \xF0\x9F\x98\x80\"");
  const std::string next_line = "\xC2\x85", separator = "\xE2\x80\xA8", mark = "\xEF\xBB\xBF";
  CHECK(json_as_yaml("\"" + next_line + separator + "\x7F" + mark + "\"") ==
        "\"\\u0085\\u2028\\u007f\\ufeff\"");
  for (const std::string& text : {next_line + "x", "a" + separator + "b", "\x7F" + mark}) {
    INFO(text);
    CHECK(reread(json_as_yaml("{\"a\": \"" + text + "\"}")).find("a")->as_string() == text);
  }
}
