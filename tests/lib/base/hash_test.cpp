#include "base/hash.hpp"

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/catch.hpp"

using namespace skep;

TEST_CASE("SHA-256 over pieces is that of the whole", "[base]") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 hash;
  hash.update("a");
  hash.update("bc");
  CHECK(hash.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("base64 is that of RFC 4648, and is read in both alphabets", "[base]") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("\xfb\xff") == "+/8=");
  CHECK(base64url("\xfb\xff") == "-_8=");
  for (const std::string text : {"+/8=", "-_8=", "+/8", "-_8"}) {
    CHECK(base64_decode(text) == "\xfb\xff");
  }
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  CHECK(base64_decode(base64(bytes)) == bytes);
  CHECK(base64_decode(base64url(bytes)) == bytes);
  for (const std::string text : {"A", "AB*=", "Zg=", "=", "Z g="}) {
    INFO(text);
    CHECK_THROWS_WITH(base64_decode(text), "the text is not base64");
  }
}

TEST_CASE("hex and URL encoding", "[base]") {
  CHECK(hex(std::string("\x00\xff\x1a", 3)) == "00ff1a");
  CHECK(url_encode("a b/c~d-é") == "a%20b%2Fc~d-%C3%A9");
}

TEST_CASE("random names and passwords have their length and alphabet, and differ", "[base]") {
  CHECK(random_hex(8).size() == 16);
  CHECK(random_hex(8).find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(random_hex(8) != random_hex(8));
  CHECK(random_password().size() == 32);
  CHECK(random_password(16).size() == 22);
  CHECK(random_password() != random_password());
  CHECK(url_encode(random_password()).size() == 32);
}
