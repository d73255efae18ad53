#include "base/json_at.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

#include <nlohmann/json.hpp>

using namespace skep;

TEST_CASE("JSON that is nested without end is refused before it is read", "[base]") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(parse_json(nested(200), "x").size() == 1);
  CHECK(test::error_of([&] { parse_json(nested(201), "the answer"); }).message() ==
        "the answer is nested deeper than 200 levels");
  CHECK(test::error_of([&] { parse_json(std::string(10'000'000, '{'), "x"); }).kind() ==
        Kind::rejected);
  CHECK(parse_json("\"" + std::string(500, '[') + "\\\"[\"", "x").is_string());
}

TEST_CASE("a list is read an element at a time, just as a whole", "[base]") {
  const auto elements = [](const std::string& text) {
    Json all = Json::array();
    const bool list = each_element(text, "it", [&](Json item) { all.push_back(std::move(item)); });
    return list ? all : Json("no list");
  };
  for (const auto* good :
       {"[]", " [ ]\n", "[1]", "[1,2 , 3]", R"([{"a": "]},["}, "\\\"", [[]], {"b": [1, {}]}])",
        "[null]", R"(["\\"])"})
    CHECK(elements(good) == parse_json(good, "it"));
  for (const auto* none : {"", "null", "{}", "5", "\"[]\""}) CHECK(elements(none) == "no list");
  for (const auto* bad : {"[", "[1", "[1,", "[,1]", "[1,]", "[1]]", "[1] x", "[{]}", "[1 2]", "[\"",
                          "[}]", "[[1]", "[\"\\"})
    CHECK(test::error_of([&] { elements(bad); }).message() == "it is not JSON");
  CHECK(test::error_of([&] { elements("[" + std::string(1'000'000, '[')); }).message() ==
        "it is not JSON");
  CHECK(test::error_of([&] {
          elements("[" + std::string(300, '[') + std::string(300, ']') + "]");
        }).message() == "it is nested deeper than 200 levels");
}

TEST_CASE("what is not there, or of another type, is read as nothing", "[base]") {
  const Json value = {{"text", "a"},  {"empty", ""},    {"number", 7},
                      {"less", -1},   {"part", 1.5},    {"null", nullptr},
                      {"flag", true}, {"list", {1, 2}}, {"deep", {{"text", "b"}}},
                      {"huge", 1e300}};
  CHECK(text_at(value, {"text"}) == "a");
  CHECK(text_at(value, {"deep", "text"}) == "b");
  for (const char* name : {"empty", "number", "null", "flag", "list", "deep", "none"})
    CHECK(text_at(value, {name}, "else") == "else");
  CHECK(text_at(value, {"text", "more"}) == "");
  CHECK(count_at(value, {"number"}) == 7);
  for (const char* name : {"text", "less", "part", "null", "flag", "list", "deep", "huge", "none"})
    CHECK(count_at(value, {name}, 3) == 3);
  CHECK(flag_at(value, {"flag"}));
  for (const char* name : {"text", "number", "null", "list", "none"})
    CHECK_FALSE(flag_at(value, {name}));
  CHECK(list_at(value, {"list"}).size() == 2);
  CHECK(list_at(value, {"deep"}).empty());
  CHECK(object_at(value, {"deep"}).size() == 1);
  CHECK(object_at(value, {"list"}).is_object());
  CHECK(find_at(value, {"null"}) == nullptr);
  CHECK(text_at(Json(nullptr), {"a"}).empty());
  CHECK(text_at(Json("itself"), {}) == "itself");
}
