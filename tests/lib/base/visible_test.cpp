#include "base/visible.hpp"

#include "support/catch.hpp"

using namespace skep;

TEST_CASE("what would do something to a terminal is shown as an escape", "[base]") {
  CHECK(visible("plain text, a tab\t and a line\n") == "plain text, a tab\t and a line\n");
  CHECK(visible("größer → 日本") == "größer → 日本");
  CHECK(visible("\x1b[2J\r\b\a\x7f") == "\\x1b[2J\\x0d\\x08\\x07\\x7f");
  CHECK(visible(std::string("a\0b", 3)) == "a\\x00b");
  CHECK(visible("\u009b31m") == "\\x9b31m");                     // C1: CSI in one character
  CHECK(visible("a\u202eb\u2066c") == "a\\u{202e}b\\u{2066}c");  // turns the writing around
  CHECK(visible("a\u2028b") == "a\\u{2028}b");
  CHECK(visible("no \xff UTF-8 \xe2\x82") == "no \\xff UTF-8 \\xe2\\x82");
}

TEST_CASE("in JSON the escape is JSON's", "[base]") {
  CHECK(visible_json("{\"a\": \"\u009b\u202e ü\"}") == "{\"a\": \"\\u009b\\u202e ü\"}");
}
