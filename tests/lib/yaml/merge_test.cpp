#include "yaml/merge.hpp"

#include "support/catch.hpp"
#include "yaml/emit.hpp"
#include "yaml/read.hpp"

#include <vector>

using namespace skep;
using namespace skep::yaml;

namespace {

Node tree(const std::string& text, const std::string& file = "f") {
  Diagnostics diagnostics;
  return read(text, file, diagnostics).root;
}

struct Case {
  std::string base;
  std::string over;
  std::string wanted;
};

}  // namespace

TEST_CASE("maps merge, lists are replaced whole, null removes", "[yaml]") {
  const std::vector<Case> cases = {
      {"{a: 1}", "{b: 2}", "{a: 1, b: 2}"},
      {"{a: 1, b: 2}", "{a: 3}", "{a: 3, b: 2}"},
      {"{a: {x: 1, y: 2}}", "{a: {y: 3, z: 4}}", "{a: {x: 1, y: 3, z: 4}}"},
      {"{a: [1, 2]}", "{a: [3]}", "{a: [3]}"},
      {"{a: 1, b: 2}", "{a: ~}", "{b: 2}"},
      {"{a: {x: 1}}", "{a: {x: ~}}", "{a: {}}"},
      {"{a: 1}", "{b: ~}", "{a: 1}"},
      {"{a: 1}", "{a: {x: 1, y: ~}}", "{a: {x: 1}}"},
      {"{a: {x: 1}}", "{a: 2}", "{a: 2}"},
      {"{m: {u: {a: 1}, h: [x]}}", "{m: {u: {b: 2}}}", "{m: {u: {b: 2}, h: [x]}}"},
      {"{u: {a: 1}}", "{u: {b: 2}}", "{u: {a: 1, b: 2}}"},
  };
  for (const auto& c : cases) {
    INFO(c.base << " + " << c.over);
    CHECK(emit(overlay(tree(c.base), tree(c.over), {"m.u"})) == emit(tree(c.wanted)));
  }
}

TEST_CASE("what is laid over keeps its place", "[yaml]") {
  const Node merged = overlay(tree("a: 1\nb: 2\n", "base"), tree("\nb: 3\n", "over"));
  CHECK(format(merged.find("a")->loc()) == "base:1:4");
  CHECK(format(merged.find("b")->loc()) == "over:2:4");
}
