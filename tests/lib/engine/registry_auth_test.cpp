#include "engine/registry_auth.hpp"

#include "support/catch.hpp"

using namespace skep;

TEST_CASE("a credential goes along as X-Registry-Auth, and so does that there is none",
          "[engine]") {
  const docker::Auth auth{.username = "tom",
                          .password = Secret("right"),
                          .identity_token = {},
                          .server_address = "r.example.com"};
  engine::Request request;
  engine::RegistryAuth(auth).add_to(request);
  engine::RegistryAuth::anonymous().add_to(request);
  REQUIRE(request.headers.size() == 2);
  CHECK(request.headers[0].first == "X-Registry-Auth");
  CHECK(request.headers[0].second == docker::registry_auth_header(auth));
  CHECK(request.headers[1].second == "e30=");
  CHECK_FALSE(engine::RegistryAuth(auth).is_anonymous());
  CHECK(engine::RegistryAuth::anonymous().is_anonymous());
}
