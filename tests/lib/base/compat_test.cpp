#include "base/compat.hpp"

#include "support/catch.hpp"

using namespace skep;

TEST_CASE("a reading is spelled none or docker", "[base]") {
  CHECK(compat_of("none") == Compat::none);
  CHECK(compat_of("docker") == Compat::docker);
  CHECK_FALSE(compat_of("").has_value());
  CHECK_FALSE(compat_of("Docker").has_value());
  CHECK(std::string(spelled(Compat::none)) == "none");
  CHECK(std::string(spelled(Compat::docker)) == "docker");
}
