#include "lib/render/support.hpp"
#include "support/golden.hpp"
#include "support/random_text.hpp"
#include "support/second_reader.hpp"

using namespace skep;
using namespace skep::render;
using skep::test::inputs;
using skep::test::RandomText;
using skep::test::values;

namespace {

/// Parameters that take any kind of value as it is.
Template a_template(const std::string& text) {
  Template result{"t", "", {}, text, "t/stack.yml"};
  const auto add = [&](const std::string& name, std::vector<ValueType> types) {
    Parameter parameter;
    parameter.name = name;
    parameter.types = std::move(types);
    result.parameters.push_back(parameter);
  };
  add("s", {ValueType::string});
  add("other", {ValueType::string});
  add("n", {ValueType::integer});
  add("f", {ValueType::number});
  add("yes", {ValueType::boolean});
  add("list", {ValueType::list});
  add("map", {ValueType::map});
  return result;
}

yaml::Node rendered(const std::string& text, const std::string& given,
                    std::map<std::string, std::string> variables = {}) {
  Diagnostics diagnostics;
  const auto document =
      render::render(a_template(text), inputs(values(given), std::move(variables)), diagnostics);
  if (!diagnostics.empty()) FAIL(format(diagnostics));
  return document.root;
}

std::string problems(const std::string& text, const std::string& given = "{}",
                     std::map<std::string, std::string> variables = {}) {
  Diagnostics diagnostics;
  render::render(a_template(text), inputs(values(given), std::move(variables)), diagnostics);
  return format(diagnostics);
}

std::string refused(const std::string& text, const std::string& given = "{}") {
  Diagnostics diagnostics;
  try {
    render::render(a_template(text), inputs(values(given)), diagnostics);
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::input);
    return format(*error.loc()) + ": " + error.message();
  }
  return "rendered\n" + format(diagnostics);
}

}  // namespace

TEST_CASE("a scalar that is one tag takes the value's own type", "[render]") {
  const auto root = rendered(
      "a: [[n]]\nb: [[ f ]]\nc: [[yes]]\nd: [[list]]\ne: [[map]]\nf: [[s]]\ng: \"[[n]]\"\nh: "
      "[[other]]\n",
      "{n: 2, f: 1.5, yes: true, list: [1, [2]], map: {x: {y: z}}, s: '2'}");
  CHECK(root.find("a")->as_integer() == 2);
  CHECK(root.find("b")->as_floating() == 1.5);
  CHECK(root.find("c")->as_boolean());
  CHECK(*root.find("d") == values("[1, [2]]"));
  CHECK(*root.find("e") == values("{x: {y: z}}"));
  CHECK(root.find("f")->as_string() == "2");
  CHECK(root.find("g")->as_string() == "2");
  CHECK(root.find("h")->is_null());
}

TEST_CASE("tags stand inside texts, keys, quotes, blocks and brackets", "[render]") {
  const auto root = rendered(
      "[[s]]: {[[other]]: [a, [[n]], 'x[[s]]y']}\n"
      "x.[[s]].y: \"[[s]]: [[n]]\"\n"
      "block: |\n  echo [[s]]\n  # [[n]]\n"
      "twice: [[s]]-[[s]]\n",
      "{s: web, other: k, n: 8}");
  test::require_lines(
      "web:\n  k:\n    - a\n    - 8\n    - xweby\nx.web.y: \"web: 8\"\nblock: |\n  echo web\n  # "
      "8\n"
      "twice: web-web\n",
      yaml::emit(root));
}

TEST_CASE("built-in values and parts of values can be named", "[render]") {
  const auto root = rendered(
      "a: [[stack]]\nb: [[base_stack]]\nc: [[environment.name]]\nd: [[list.1]]\ne: [[map.x.y]]\n"
      "f: [[list.9]]\n",
      "{list: [p, q], map: {x: {y: z}}}");
  CHECK(*root.find("a") == yaml::Node::string("shop-staging"));
  CHECK(*root.find("b") == yaml::Node::string("shop"));
  CHECK(*root.find("c") == yaml::Node::string("staging"));
  CHECK(*root.find("d") == yaml::Node::string("q"));
  CHECK(*root.find("e") == yaml::Node::string("z"));
  CHECK(root.find("f")->is_null());
}

TEST_CASE("sections choose and repeat lines", "[render]") {
  const std::string text =
      "a: 1\n"
      "[[#yes]]\n"
      "b: 2\n"
      "  [[^s]]  \n"
      "c: 3\n"
      "[[/s]]\n"
      "[[/yes]]\n"
      "[[^yes]]\n"
      "d: 4\n"
      "[[/yes]]\n"
      "l:\n"
      "[[#list]]\n"
      "  - [[.]]\n"
      "  - is [[.]]\n"
      "[[/list]]\n"
      "[[#list?]]\n"
      "once: [[list]]\n"
      "[[/list?]]\n"
      "[[^list]]\n"
      "none: 1\n"
      "[[/list]]\n"
      "[[#map]]\n"
      "m: [[map.k]]\n"
      "[[/map]]\n";
  CHECK(rendered(text, "{yes: true, list: [x, 2], map: {k: v}}") ==
        values("{a: 1, b: 2, c: 3, l: [x, is x, 2, is 2], once: [x, 2], m: v}"));
  CHECK(rendered(text, "{yes: false, list: [], map: {}}") == values("{a: 1, d: 4, l: , none: 1}"));
  CHECK(rendered(text, "{yes: true, s: '', list: ~}") ==
        values("{a: 1, b: 2, c: 3, l: , none: 1}"));
  CHECK(rendered(text, "{yes: true, s: x}").find("c") == nullptr);
  CHECK(rendered("[[#n]]\na: 1\n[[/n]]\n", "{n: 0}") == values("{a: 1}"));
}

TEST_CASE("a list's section can hold keys, parts of items, and lists of its own", "[render]") {
  CHECK(rendered("[[#list]]\n[[.]]:\n  external: true\n[[/list]]\n", "{list: [a, b]}") ==
        values("{a: {external: true}, b: {external: true}}"));
  CHECK(rendered("[[#list]]\n[[.name]]: [[.n]]\n[[/list]]\n",
                 "{list: [{name: a, n: 1}, {name: b}]}") == values("{a: 1, b: }"));
  CHECK(rendered("[[#list]]\n- [[.name]]\n[[#.more]]\n- [[.]]\n[[/.more]]\n[[/list]]\n",
                 "{list: [{name: a, more: [x, y]}, {name: b}]}") == values("[a, x, y, b]"));
}

TEST_CASE("comments vanish, and literal brackets can be written", "[render]") {
  const auto root = rendered(
      "[[! nothing: [ here ]]\na: b [[! or here ]]\n  [[!x]]\nc: '\\[[x]] [[s]]'\nd: \\[[1], "
      "[2]]\n",
      "{s: q}");
  CHECK(root.size() == 3);
  CHECK(root.find("a")->as_string() == "b");
  CHECK(root.find("c")->as_string() == "[[x]] q");
  CHECK(*root.find("d") == values("[[1], [2]]"));
}

TEST_CASE("variables of the environment are replaced before values are", "[render]") {
  const std::map<std::string, std::string> variables = {
      {"HOME", "/home/bee"}, {"T", "[[s]]"}, {"EMPTY", ""}};
  const auto root = rendered(
      "a: ${HOME}/[[s]]\nb: ${T}\nc: $$[[s]]\nd: ${EMPTY:-[[n]]}\ne: ${HOME:+[[s]]}\nf: "
      "'{{.Node.Hostname}}'\n",
      "{s: '$HOME ${HOME} $$', n: 7}", variables);
  CHECK(root.find("a")->as_string() == "/home/bee/$HOME ${HOME} $$");
  CHECK(root.find("b")->as_string() == "[[s]]");
  CHECK(root.find("c")->as_string() == "$$HOME ${HOME} $$");
  CHECK(root.find("d")->as_integer() == 7);
  CHECK(root.find("e")->as_string() == "$HOME ${HOME} $$");
  CHECK(root.find("f")->as_string() == "{{.Node.Hostname}}");
}

TEST_CASE("a variable's value that looks like a token is no token", "[render]") {
  std::string mean;
  for (int i = 0; i < 20; ++i) mean += "skep" + std::to_string(i) + "tag0x ";
  CHECK(rendered("a: ${V}\nb: [[s]]\n", "{s: secret}", {{"V", mean}}).find("a")->as_string() ==
        mean);
  CHECK(rendered("a: skep0tag0x\nb: [[s]]\n", "{s: secret}").find("a")->as_string() ==
        "skep0tag0x");
  // A mark spelled with an escape is no token, whatever stands behind it.
  CHECK(rendered("a: \"\\x73kep0tag7x\"\nb: [[s]]\n", "{s: secret}").find("a")->as_string() ==
        "skep0tag7x");
  CHECK(rendered("a: \"\\x73kep0tag\"\nb: [[s]]\n", "{s: secret}").find("a")->as_string() ==
        "skep0tag");
}

TEST_CASE("every node knows its place in the template", "[render]") {
  const auto root =
      rendered("a: 1\n[[#list]]\n[[.]]:\n  k: [[s]]\n[[/list]]\n'[[s]]': [x, [[n]]]\n",
               "{list: [p, q], s: long value, n: 1}");
  const auto place = [](const yaml::Node* node) { return format(node->loc()); };
  CHECK(place(root.find("a")) == "t/stack.yml:1:4");
  CHECK(place(root.find("p")->find("k")) == "t/stack.yml:4:6");
  CHECK(place(root.find("q")->find("k")) == "t/stack.yml:4:6");
  CHECK(format(root.find_entry("q")->key_loc()) == "t/stack.yml:3:1");
  CHECK(place(root.find("long value")) == "t/stack.yml:6:10");
  CHECK(place(&root.find("long value")->items()[0]) == "t/stack.yml:6:11");
  CHECK(place(&root.find("long value")->items()[1]) == "t/stack.yml:6:14");
  const auto list = rendered("a: [[list]]\n", "\nlist: [x]\n");
  CHECK(place(list.find("a")) == "t/stack.yml:1:4");
  CHECK(place(&list.find("a")->items()[0]) == "skep.yml:2:8");
}

TEST_CASE("mistakes of meaning are all reported with the template's line", "[render]") {
  CHECK(problems("a: [[nope]]\nb: [[lst]]\n[[#stakc]]\n[[/stakc]]\nc: [[.]]\n") ==
        "t/stack.yml:1:4: error: undefined name \"nope\"\n"
        "t/stack.yml:2:4: error: undefined name \"lst\"\n  hint: did you mean \"list\"?\n"
        "t/stack.yml:3: error: undefined name \"stakc\"\n  hint: did you mean \"stack\"?\n"
        "t/stack.yml:5:4: error: [[.]] stands outside of a list's section\n");
  CHECK(problems("a: x[[s]]\nb: 'x[[list]]'\n[[s]]k: 1\n", "{list: [a]}") ==
        "t/stack.yml:1:4: error: a: s has no value\n  hint: put the line into a section [[#s]]\n"
        "t/stack.yml:2:4: error: b: list is a list and cannot stand inside a text\n"
        "t/stack.yml:3:1: error: s has no value\n  hint: put the line into a section [[#s]]\n");
  CHECK(problems("m:\n  [[s]]: 1\n  web: 2\n  [[other]]: 3\n", "{s: web, other: web}") ==
        "t/stack.yml:3:3: error: m: the key \"web\" is there twice\n  hint: the first one is at "
        "t/stack.yml:2:3\n"
        "t/stack.yml:4:3: error: m: the key \"web\" is there twice\n  hint: the first one is at "
        "t/stack.yml:2:3\n");
  CHECK(problems("a: 1\na: 2\n") ==
        "t/stack.yml:2:1: error: the key \"a\" is there twice\n  hint: the first one is at "
        "t/stack.yml:1:1\n");
  CHECK(problems("[[s]]:\n  x: ${NONE}\n", "{s: web}") ==
        "t/stack.yml:2:6: error: [[s]].x: the variable NONE is not set\n  hint: set it, or give a "
        "default: ${NAME:-default}\n");
}

TEST_CASE("mistakes in values are reported where they are written", "[render]") {
  CHECK(problems("a: 1\n", "{n: x, f: [], yes: 1, list: a, map: [], s: {}, nn: 1, strange: 2}") ==
        "skep.yml:1:5: error: values.n: \"x\" is not an integer\n"
        "skep.yml:1:11: error: values.f: a list is not a number\n"
        "skep.yml:1:20: error: values.yes: an integer is not a boolean\n"
        "skep.yml:1:29: error: values.list: \"a\" is not a list\n"
        "skep.yml:1:37: error: values.map: a list is not a map\n"
        "skep.yml:1:44: error: values.s: a map is not a string\n"
        "skep.yml:1:48: error: values.nn: the template t has no parameter \"nn\"\n  hint: did you "
        "mean "
        "\"n\"?\n"
        "skep.yml:1:55: error: values.strange: the template t has no parameter \"strange\"\n");
}

TEST_CASE("mistakes of form end the template, with the template's line", "[render]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a: [[s\n", "1:4: a tag opens here and is not closed on its line"},
      {"a: [[]]\n", "1:4: \"\" is no name for a tag"},
      {"a: [[a b]]\n", "1:4: \"a b\" is no name for a tag"},
      {"a: [[1, 2], [3]]\n", "1:4: \"1, 2], [3\" is no name for a tag"},
      {"a: [[s?]]\n", "1:4: \"s?\" is no name for a tag"},
      {"a: 1\nb: [[#yes]]\n[[/yes]]\n", "2:4: the tag of a section stands on a line of its own"},
      {"[[#yes]] x\n", "1:1: the tag of a section stands on a line of its own"},
      {"\n[[#yes]]\na: 1\n", "2: the section \"yes\" is not closed"},
      {"a: 1\n[[/yes]]\n", "2: no section \"yes\" is open here"},
      {"[[#yes]]\n[[#s]]\n[[/yes]]\n", "3: \"yes\" closes here, but \"s\" of line 2 is open"},
      {"[[#list]]\na: [[.]]\n[[/list]]\nb: c: [[s]]\n", "4:5: a ':' where no key can stand"},
      {"[[s]]x\n[[#yes]]\n[[/yes]]\na: 1\n",
       "1:1: \"[[s]]x\" is no key: there is no ':' behind it"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    CHECK(refused(text, "{list: [1, 2, 3], yes: true}") == "t/stack.yml:" + message);
  }
}

TEST_CASE("what a value holds never alters the structure", "[render]") {
  const std::string text =
      "services:\n"
      "  [[s]]:\n"
      "    plain: [[other]]\n"
      "    within: a [[other]] b\n"
      "    quoted: \"[[other]]\"\n"
      "    single: '[[other]]'\n"
      "    list: [x, [[other]], '[[other]]']\n"
      "    block: |\n"
      "      [[other]]\n"
      "    items:\n"
      "[[#list]]\n"
      "      - [[.]]\n"
      "[[/list]]\n";
  RandomText random;
  INFO("SKEP_SEED=" << random.seed());
  for (int i = 0; i < 3'000; ++i) {
    const std::string key = "k" + random.text();
    const std::string value = random.text();
    const std::string item = random.text();
    yaml::Node given = yaml::Node::map();
    given.set("s", yaml::Node::string(key));
    given.set("other", yaml::Node::string(value));
    given.set("list", yaml::Node::list({yaml::Node::string(item), yaml::Node::string(value)}));
    Diagnostics diagnostics;
    const auto root =
        render::render(a_template(text), inputs(given, {{"HOME", "/root"}}), diagnostics).root;
    yaml::Node service = yaml::Node::map();
    service.set("plain", yaml::Node::string(value));
    service.set("within", yaml::Node::string("a " + value + " b"));
    service.set("quoted", yaml::Node::string(value));
    service.set("single", yaml::Node::string(value));
    service.set("list", yaml::Node::list({yaml::Node::string("x"), yaml::Node::string(value),
                                          yaml::Node::string(value)}));
    service.set("block", yaml::Node::string(value + "\n"));
    service.set("items", yaml::Node::list({yaml::Node::string(item), yaml::Node::string(value)}));
    yaml::Node services = yaml::Node::map();
    services.set(key, service);
    yaml::Node all = yaml::Node::map();
    all.set("services", services);
    if (root == all && diagnostics.empty()) {
      // And it survives being printed and read again.
      Diagnostics again;
      if (yaml::read(yaml::emit(root), "again", again).root == all &&
          test::read_otherwise(yaml::emit(root), all).empty())
        continue;
    }
    FAIL("key: " << key << "\nvalue: " << value << "\nitem: " << item << "\n"
                 << yaml::emit(root) << format(diagnostics));
  }
}

TEST_CASE("sections inside one another are bounded", "[render]") {
  std::string open, close;
  for (int i = 0; i < 20; ++i) {
    open += "[[#list]]\n";
    close += "[[/list]]\n";
  }
  CHECK(refused(open + "- x\n" + close, "{list: [a, b]}") ==
        "t/stack.yml:20: the sections of this template make more than 100000 lines");
  std::string deep;
  for (int i = 0; i < 51; ++i) deep += "[[#s?]]\n";
  CHECK(refused(deep, "{s: x}") == "t/stack.yml:51: more than 50 sections in one another");
}
