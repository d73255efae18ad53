#include "yaml/emit.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/random_text.hpp"
#include "support/second_reader.hpp"
#include "yaml/read.hpp"

#include <cmath>

using namespace skep;
using namespace skep::yaml;
using skep::test::RandomText;
using skep::test::read_by_both;

namespace {

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
  Diagnostics problems;
  const Node root =
      read(
          "{services: {web: {image: nginx, command: [sh, -c, \"a\\nb\\n\"], ports: ['80', 0o10],\n"
          "  empty: {}, none: , list: [], nested: [[1, [2]], {a: 1, b: [x]}]}}, v: '3', f: 1.50}",
          "f", problems)
          .root;
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
  CHECK(read_by_both(emit(root)) == root);
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
    CHECK(read_by_both(emit(Node::string(value))) == Node::string(value));
  }
}

TEST_CASE("numbers, booleans and nulls are read back as they are", "[yaml]") {
  for (const Node& node :
       {Node(), Node::boolean(true), Node::boolean(false), Node::integer(-7), Node::floating(1),
        Node::floating(1e300), Node::floating(-INFINITY), Node::floating(NAN)}) {
    CHECK(read_by_both(emit(node)) == node);
    CHECK(read_by_both(emit(Node::map({{"k", node, {}}}))) == Node::map({{"k", node, {}}}));
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
      CHECK(read_by_both(emit(node)) == node);
    }
  }
}

TEST_CASE("keys hold whatever they hold", "[yaml]") {
  for (const std::string key :
       {"a b", "a: b", "1", "true", "", "\n", "a\nb", "\xff", "<<", "? a", "#", "é", "\"", "'"}) {
    const Node node =
        Node::map({{key, Node::list({Node::map({{key, Node::integer(1), {}}})}), {}}});
    INFO(emit(node));
    CHECK(read_by_both(emit(node)) == node);
  }
  const std::string longest(3000, 'k');
  const Node node = Node::map({{longest, Node::map({{longest + "\xff", Node(), {}}}), {}}});
  CHECK(read_by_both(emit(node)) == node);
}

TEST_CASE("whatever a tree holds, reading what was written gives it back", "[yaml]") {
  RandomText random;
  INFO("SKEP_SEED=" << random.seed());
  for (int i = 0; i < 5'000; ++i) {
    const Node node = random_node(random, 0);
    const std::string text = emit(node);
    Diagnostics diagnostics;
    const Node again = read(text, "emitted", diagnostics).root;
    const auto otherwise = test::read_otherwise(text, node);
    if (again == node && diagnostics.empty() && otherwise.empty()) continue;
    FAIL("not the same again:\n"
         << text << "\nread as:\n"
         << emit(again) << format(diagnostics) << otherwise);
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
    CHECK(read_by_both(json_as_yaml("{\"a\": \"" + text + "\"}")).find("a")->as_string() == text);
  }
}

TEST_CASE("the second reader says what it reads otherwise", "[yaml]") {
  const Node one = Node::map({{"a", Node::list({Node::string("1")}), {}}});
  CHECK(test::read_otherwise("a: ['1']\n", one).empty());
  CHECK(test::read_otherwise("a: [1]\n", one) ==
        "a[0]: yaml-cpp reads an integer, 1; it is a string, \"1\"\n");
  CHECK(test::read_otherwise("a: ['2']\n", one) ==
        "a[0]: yaml-cpp reads a string, 2; it is a string, \"1\"\n");
  CHECK(test::read_otherwise("a: ['1', 2]\n", one) ==
        "a: yaml-cpp reads a list, 2 of them; it is a list, - \"1\"\n");
  CHECK(test::read_otherwise("b: ['1']\n", one) ==
        "a (key): yaml-cpp reads a string, b; it is a string, a\n");
  CHECK(test::read_otherwise("a: yes", Node::map({{"a", Node::string("yes"), {}}})) ==
        "a: yaml-cpp reads a boolean, yes; it is a string, \"yes\"\n");
  CHECK(test::read_otherwise("a: 1", Node::map({{"a", Node::floating(1), {}}})) ==
        "a: yaml-cpp reads an integer, 1; it is a number, 1.0\n");
  CHECK(test::read_otherwise("a: ['1']\n---\nb\n", one) == "yaml-cpp reads 2 documents");
  CHECK(test::read_otherwise("a: ['1'", one).starts_with("yaml-cpp refuses it: "));
}
