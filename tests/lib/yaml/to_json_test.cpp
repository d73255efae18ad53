#include "yaml/to_json.hpp"

#include "support/catch.hpp"
#include "yaml/document.hpp"
#include "yaml/read.hpp"

#include <nlohmann/json.hpp>

using namespace skep;

TEST_CASE("a tree becomes JSON of the same types", "[yaml]") {
  Diagnostics problems;
  const auto document =
      yaml::read("a: [1, 1.5, true, null, '1']\nb: {c: x, d: {}}\n", "a.yml", problems);
  CHECK(problems.empty());
  CHECK(yaml::to_json(document.root) ==
        Json({{"a", {1, 1.5, true, nullptr, "1"}}, {"b", {{"c", "x"}, {"d", Json::object()}}}}));
}
