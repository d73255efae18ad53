#include "yaml/document.hpp"

#include "support/catch.hpp"

using namespace skep;
using namespace skep::yaml;

TEST_CASE("an entry put in place of another brings the place of its key", "[yaml]") {
  Node map = Node::map();
  const auto file = std::make_shared<const std::string>("f.yml");
  map.put({"a", Node::integer(1), {file, 1, 1}});
  map.put({"b", Node::integer(2), {file, 2, 1}});
  map.put({"a", Node::integer(3), {file, 3, 1}});
  CHECK(map.size() == 2);
  CHECK(map.entries().front().value.as_integer() == 3);
  CHECK(map.entries().front().key_loc().line == 3);
}

TEST_CASE("a tree can be built in code", "[yaml]") {
  Node map = Node::map({{"a", Node::integer(1), {}}});
  map.set("b", Node::list({Node::string("x")}));
  map.set("a", Node::boolean(true));
  CHECK(map.entries().at(0).key == "a");
  CHECK(map.find("a")->as_boolean());
  map.find("b")->push_back(Node());
  CHECK(map.find("b")->size() == 2);
  CHECK(map.erase("a"));
  CHECK_FALSE(map.erase("a"));
  CHECK(map.size() == 1);
  CHECK_THROWS_WITH(Node::map({{"a", Node(), {}}, {"a", Node(), {}}}),
                    "a map with the key \"a\" twice");
}

TEST_CASE("a big map finds, replaces and erases by key", "[yaml]") {
  Node map = Node::map();
  for (int i = 0; i < 1000; ++i) map.set("k" + std::to_string(i), Node::integer(i));
  map.set("k500", Node::string("new"));
  CHECK(map.size() == 1000);
  CHECK(map.erase("k0"));
  CHECK(map.find("k0") == nullptr);
  CHECK(map.find("k500")->as_string() == "new");
  CHECK(map.find("k999")->as_integer() == 999);
  const Node copy = map;
  CHECK(copy == map);
  CHECK(copy.find("k998")->as_integer() == 998);
}

TEST_CASE("equality is that of values, not of places", "[yaml]") {
  const auto file = std::make_shared<const std::string>("f");
  CHECK(Node::string("a") == Node::string("a").at({file, 3, 4}));
  CHECK(Node::plain("0x10") == Node::integer(16));
  CHECK(Node::plain(".nan") == Node::plain(".NaN"));
  CHECK_FALSE(Node::integer(1) == Node::floating(1));
  CHECK_FALSE(Node::string("1") == Node::integer(1));
  CHECK_FALSE(Node::map({{"a", Node(), {}}}) == Node::map({{"b", Node(), {}}}));
  CHECK(Document{Node(), "a"} == Document{Node(), "b"});
}

TEST_CASE("asking for a type that a node has not is a broken invariant", "[yaml]") {
  CHECK_THROWS_WITH(Node::string("x").as_integer(),
                    ": a string where the reader expects an integer");
  CHECK_THROWS_WITH(Node().push_back(Node()), ": nothing where the reader expects a list");
  CHECK_THROWS_AS(Node::list().set("a", Node()), Error);
  CHECK_THROWS_AS(Node::list().as_boolean(), Error);
  CHECK_THROWS_AS(Node::list().as_floating(), Error);
  CHECK_THROWS_AS(Node::list().as_string(), Error);
}

TEST_CASE("paths name places in the tree", "[yaml]") {
  CHECK(join_path(join_path(join_path("", "services"), "web"), 3) == "services.web[3]");
}
