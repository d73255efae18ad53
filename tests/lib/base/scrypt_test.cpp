#include "base/scrypt.hpp"

#include "support/catch.hpp"

using namespace skep;

TEST_CASE("scrypt is that of RFC 7914", "[base]") {
  // N = 16384, r = 8, p = 1: the third vector of its section 12, whose first 32 bytes these are.
  CHECK(scrypt_hex("pleaseletmein", "SodiumChloride") ==
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
  CHECK(scrypt_hex("a", "salt") != scrypt_hex("a", "another"));
}
