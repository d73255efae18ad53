#include "yaml/typing.hpp"

#include "support/catch.hpp"
#include "yaml/cast.hpp"

#include <cmath>
#include <limits>
#include <map>

using namespace skep;
using namespace skep::yaml;

TEST_CASE("plain scalars are typed as docker's parser types them", "[yaml]") {
  const std::map<std::string, std::int64_t> integers = {
      {"0", 0},
      {"12", 12},
      {"-3", -3},
      {"+5", 5},
      {"0440", 288},
      {"0o440", 288},
      {"0O7", 7},
      {"-0o17", -15},
      {"0x1F", 31},
      {"0X1f", 31},
      {"0b101", 5},
      {"-0b11", -3},
      {"1_000", 1000},
      {"-0", 0},
      {"00", 0},
      {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
      {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
  };
  for (const auto& [text, value] : integers) {
    INFO(text);
    REQUIRE(Node::plain(text).type() == Type::integer);
    CHECK(Node::plain(text).as_integer() == value);
    CHECK(Node::plain(text).text() == text);
  }
  const std::map<std::string, double> numbers = {
      {"1.5", 1.5},
      {"1.50", 1.5},
      {".5", .5},
      {"5.", 5},
      {"1e3", 1000},
      {"1E-2", .01},
      {"08", 8},
      {"0.5", .5},
      {"-1.5", -1.5},
      {"+1.5", 1.5},
      {"1_0.5", 10.5},
      {"1e-999", 0},
      {"18446744073709551616", 18446744073709551616.0},
      {".inf", INFINITY},
      {"-.INF", -INFINITY},
      {"+.Inf", INFINITY},
  };
  for (const auto& [text, value] : numbers) {
    INFO(text);
    REQUIRE(Node::plain(text).type() == Type::floating);
    CHECK(Node::plain(text).as_floating() == value);
  }
  CHECK(std::isnan(Node::plain(".NaN").as_floating()));
  for (const std::string text : {"", "~", "null", "Null", "NULL"}) {
    CHECK(Node::plain(text).is_null());
  }
  for (const std::string text : {"true", "True", "TRUE"}) CHECK(Node::plain(text).as_boolean());
  for (const std::string text : {"false", "False", "FALSE"}) {
    CHECK_FALSE(Node::plain(text).as_boolean());
  }
  for (const std::string text :
       {"yes", "No",    "on",   "off",  "y",  "56:56", "1:2:3",   "2001-12-14", "1.2.3",
        "0x",  "0xg",   "0o8",  "0b2",  "-",  "+",     ".",       "..",         "1e",
        "e3",  "1e400", "tRUE", "nULL", "-a", "1 2",   "0x1.8p1", ".nAn",       "+.nan",
        "._5", ".5_5",  "--1",  "-+1",  "_1", "<<",    "10s",     "1,000"}) {
    INFO(text);
    CHECK(Node::plain(text).is_string());
  }
}

TEST_CASE("numbers become text as Go prints them", "[yaml]") {
  CHECK(plain_text(Node::plain("0440")) == "288");
  CHECK(plain_text(Node::plain("1.50")) == "1.5");
  CHECK(plain_text(Node::plain("1e3")) == "1000");
  CHECK(plain_text(Node::plain("3.0")) == "3");
  CHECK(plain_text(Node::plain("1e21")) == "1e+21");
  CHECK(plain_text(Node::plain("123456.5")) == "123456.5");
  CHECK(plain_text(Node::plain("1234567.5")) == "1.2345675e+06");
  CHECK(plain_text(Node::plain("0.00001")) == "1e-05");
  CHECK(plain_text(Node::plain("0.00001")) == "1e-05");
  CHECK(plain_text(Node::plain("0.0001")) == "0.0001");
  CHECK(plain_text(Node::plain(".inf")) == "+Inf");
  CHECK(plain_text(Node::plain("TRUE")) == "true");
  CHECK(plain_text(Node::string("0440")) == "0440");
  CHECK(plain_text(Node()).empty());
}

TEST_CASE("the text of a floating number reads back as it", "[yaml]") {
  for (const double value : {0.0, 1.0, -1.5, 1e30, 1e-7, 123456789.125, 5e-324, 1.7e308}) {
    const Node node = Node::plain(format_floating(value));
    REQUIRE(node.type() == Type::floating);
    CHECK(node.as_floating() == value);
  }
  CHECK(format_floating(-INFINITY) == "-.inf");
}

TEST_CASE("what interpolation changed is cast to what is wanted, what was written is not",
          "[yaml]") {
  const auto changed = [](const std::string& text) {
    return Node::string(text).set_interpolated(true);
  };
  CHECK(to_integer(Node::integer(3)) == 3);
  CHECK(to_integer(changed("3")) == 3);
  CHECK(to_integer(changed("+3")) == 3);
  CHECK(to_integer(Node::string("3")) == std::nullopt);
  CHECK(to_integer(changed("3x")) == std::nullopt);
  CHECK(to_integer(changed("")) == std::nullopt);
  CHECK(to_floating(Node::integer(3)) == 3);
  CHECK(to_floating(changed("0.5")) == 0.5);
  CHECK(to_floating(Node::string("0.5")) == std::nullopt);
  CHECK(to_boolean(Node::boolean(true)) == true);
  for (const std::string text : {"y", "YES", "true", "On"})
    CHECK(to_boolean(changed(text)) == true);
  for (const std::string text : {"n", "No", "FALSE", "off"}) {
    CHECK(to_boolean(changed(text)) == false);
  }
  CHECK(to_boolean(changed("1")) == std::nullopt);
  CHECK(to_boolean(Node::string("true")) == std::nullopt);
}
