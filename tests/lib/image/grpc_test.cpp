#include "image/grpc.hpp"

#include "base/error.hpp"
#include "image/proto.hpp"
#include "support/catch.hpp"

using namespace skep;
using namespace skep::image;

namespace {

std::string request(const std::string& first) {
  std::string message;
  put_bytes(message, 1, first);
  return grpc_frame(message);
}

std::string reply(const std::string& username, const std::string& secret) {
  std::string message;
  put_bytes(message, 1, username);
  put_bytes(message, 2, secret);
  return message;
}

docker::Auth auth(const std::string& username, const std::string& password,
                  const std::string& token = {}) {
  return {.username = username,
          .password = Secret(password),
          .identity_token = Secret(token),
          .server_address = {}};
}

std::optional<docker::Auth> find(const std::string& domain) {
  if (domain == "docker.io") return auth("hub", "pw");
  if (domain == "r:5000") return auth("", "", "token");
  if (domain == "broken") {
    throw Error(Kind::unauthorized, "docker-credential-x: 100 % gone\nwrong");
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("a health check is answered SERVING", "[image]") {
  CHECK(answer(kHealthCheck, grpc_frame(""), find) == GrpcReply{.body = "\x08\x01", .message = {}});
}

TEST_CASE("credentials: user and password, identity token, or none", "[image]") {
  CHECK(answer(kCredentials, request("registry-1.docker.io"), find).body == reply("hub", "pw"));
  CHECK(answer(kCredentials, request("r:5000"), find).body == reply("", "token"));
  const auto anonymous = answer(kCredentials, request("other"), find);
  CHECK(anonymous == GrpcReply{});
}

TEST_CASE("a credential helper that fails is told to the engine, not hidden as anonymous",
          "[image]") {
  const auto failed = answer(kCredentials, request("broken"), find);
  CHECK(failed.status == GrpcStatus::unknown);
  CHECK(failed.message == "docker-credential-x: 100 % gone\nwrong");
  CHECK(percent_encoded(failed.message) == "docker-credential-x: 100 %25 gone%0Awrong");
}

TEST_CASE("no secret is offered, and nothing else either", "[image]") {
  const auto secret = answer(kGetSecret, request("HTTP_AUTH_HEADER_x"), find);
  CHECK(secret.status == GrpcStatus::not_found);
  CHECK(secret.message == "there is no secret HTTP_AUTH_HEADER_x");
  const auto other = answer("/moby.filesync.v1.Auth/GetTokenAuthority", request("x"), find);
  CHECK(other.status == GrpcStatus::unimplemented);
  CHECK(other.message == "/moby.filesync.v1.Auth/GetTokenAuthority is not offered");
}

TEST_CASE("gRPC frames are taken apart as they were made", "[image]") {
  const std::string message(70'000, 'x');
  CHECK(grpc_frame(message).substr(0, 5) == std::string("\0\0\x01\x11\x70", 5));
  CHECK(grpc_unframe(grpc_frame(message)) == message);
  for (const auto& broken :
       {std::string(), std::string("\0\0\0", 3), grpc_frame("abc").substr(0, 7),
        grpc_frame("abc") + "d", "\1" + grpc_frame("abc").substr(1)}) {
    CHECK_THROWS_WITH(grpc_unframe(broken), "a gRPC message of BuildKit is broken");
  }
  CHECK(answer(kCredentials, "", find).status == GrpcStatus::unknown);
}
