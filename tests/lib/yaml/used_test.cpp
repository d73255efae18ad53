#include "yaml/used.hpp"

#include "support/catch.hpp"

using namespace skep;

TEST_CASE("a message names the variable in place of its value, whole or in pieces", "[yaml]") {
  yaml::Used used;
  used.note({"PORT", "80", {}});
  used.note({"PW", "s3cret/of-mine", {}});
  used.note({"TAG", "v1.25", {".env", 3, 0}});
  CHECK(used.named("\"80\" is no port, 80 is") == "\"${PORT}\" is no port, 80 is");
  CHECK(used.named("\"image:v1.25\" has no digest") == "\"image:${TAG}\" has no digest");
  CHECK(used.named("the text s3cret/of-mine is bare") == "the text ${PW} is bare");
  CHECK(used.named("\"of-mine\" is none of tcp, udp") == "\"${PW}\" is none of tcp, udp");
  CHECK(used.named("\"xof-miney\" and \"other\"") == "\"x${PW}y\" and \"other\"");
  CHECK(used.named("an open \"quote of s3cret/of-mine") == "an open \"quote of ${PW}");
  CHECK(used.named("") == "");
  REQUIRE(used.of_files().size() == 1);
  CHECK(used.of_files()[0].name == "TAG");
}
