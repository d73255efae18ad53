#include "base/secret.hpp"

#include "base/hash.hpp"
#include "base/json.hpp"
#include "support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace skep;

TEST_CASE("a hidden value is replaced in every form it can take", "[base]") {
  const std::string value = "p<a\"ss/w&ord";
  Redactor redact;
  redact.hide(Secret(value));
  CHECK(redact("x " + value + " y " + value) == "x *** y ***");
  CHECK(redact(dump_json(Json(value))) == "\"***\"");
  CHECK(redact("p\\u003ca\\\"ss/w\\u0026ord") == "***");
  CHECK(redact("mongodb://u:" + url_encode(value) + "@h") == "mongodb://u:***@h");
}

TEST_CASE("a hidden value is found in base64 of what it is a part of", "[base]") {
  const std::string value = "correct horse battery";
  Redactor redact;
  redact.hide(Secret(value));
  for (const std::string before : {"", "a", "ab", "user:"}) {
    for (const std::string after : {"", "1", "12", "123"}) {
      const std::string plain = before + value + after;
      for (const auto& encoded : {base64(plain), base64url(plain)}) {
        const std::string shown = redact(encoded);
        INFO(before << "|" << after << ": " << encoded << " → " << shown);
        CHECK(shown.find("***") != std::string::npos);
        CHECK(shown.size() <= 3 + 2 + (before.size() + after.size() + 2) * 2 + 4);
      }
    }
  }
}

TEST_CASE("the longer of two values that overlap is replaced first", "[base]") {
  Redactor redact;
  redact.hide(Secret("abcd"));
  redact.hide(Secret("abcdefgh"));
  CHECK(redact("abcdefgh abcd") == "*** ***");
}

TEST_CASE("a value of several lines is hidden line by line", "[base]") {
  Redactor redact;
  redact.hide(Secret("MIIEvgIBADANBg\nkqhkiG9w0BAQEF\nend"));
  CHECK(redact("kqhkiG9w0BAQEF") == "***");
  CHECK(redact("end") == "end");
}

TEST_CASE("a value too short to hide is left", "[base]") {
  Redactor redact;
  redact.hide(Secret("abc"));
  redact.hide(Secret(""));
  CHECK(redact("abc") == "abc");
}

TEST_CASE("a secret has no way to a stream, so that no printer of tests or logs shows one",
          "[base]") {
  const auto can_be_printed = [](const auto& value) {
    return requires(std::ostream & out) {
      out << value;
    };
  };
  CHECK(can_be_printed(std::string("x")));
  CHECK_FALSE(can_be_printed(Secret("x")));
}
