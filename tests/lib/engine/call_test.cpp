#include "engine/call.hpp"

#include "support/canned_engine.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

#include <nlohmann/json.hpp>

namespace skep::engine {
namespace {

Error refusal(int status, std::string body) {
  test::CannedEngine engine({.status = status, .headers = {}, .body = std::move(body)});
  return test::error_of([&] { call(engine, post("/services/create", Json::object())); });
}

TEST_CASE("a refusal says the request and the engine's words, and its kind follows the status",
          "[engine]") {
  struct Case {
    int status;
    std::string body;
    Kind kind;
    std::string message;
  };
  const auto test = GENERATE(values<Case>({
      {404, R"({"message":"service x not found"})", Kind::not_found, "service x not found"},
      {409, R"({"message":"rpc error: code = AlreadyExists desc = secret x already exists"})",
       Kind::conflict, "secret x already exists"},
      {500, R"({"message":"rpc error: code = Unknown desc = update out of sequence"})",
       Kind::conflict, "update out of sequence"},
      {503, R"({"message":"rpc error: code = Unknown desc = The swarm does not have a leader."})",
       Kind::unavailable, "The swarm does not have a leader."},
      {401, R"({"message":"unauthorized: authentication required"})", Kind::unauthorized,
       "unauthorized: authentication required"},
      {500, R"({"message":"Head \"https://r/v2/a/manifests/1\": no basic auth credentials"})",
       Kind::unauthorized, "Head \"https://r/v2/a/manifests/1\": no basic auth credentials"},
      {403, R"({"message":"denied"})", Kind::unauthorized, "denied"},
      {400, R"({"message":"rpc error: code = InvalidArgument desc = bad"})", Kind::rejected, "bad"},
      {501, R"({"message":"no"})", Kind::rejected, "no"},
      {500, "a text, not JSON\n", Kind::rejected, "a text, not JSON"},
      {400, R"({"message":"invalid network config:\ninvalid subnet 10.9.0.5/24\n* and more\n"})",
       Kind::rejected, "invalid network config: invalid subnet 10.9.0.5/24; * and more"},
      {500, "", Kind::rejected, "status 500"},
      {500, R"({"message":""})", Kind::rejected, R"({"message":""})"},
      {500, R"({"message":"a: rpc error: code = A desc = b: rpc error: code = B desc = c"})",
       Kind::rejected, "a: b: c"},
      {301, "moved", Kind::rejected, "moved"},
  }));
  const auto error = refusal(test.status, test.body);
  REQUIRE(error.kind() == test.kind);
  REQUIRE(error.message() == "POST /services/create: " + test.message);
}

TEST_CASE("hints say what to do about no manager and about the wrong version", "[engine]") {
  REQUIRE(
      refusal(503, R"({"message":"This node is not a swarm manager. Use \"docker swarm init\" …"})")
          .hint() == "name a manager with -H, or make this engine one with docker swarm init");
  REQUIRE(refusal(400, "client version 1.60 is too new. Maximum supported API version is 1.41")
              .hint() == "skep speaks the Engine API 1.41 to 1.56; DOCKER_API_VERSION pins one");
  REQUIRE(refusal(400, "bad").hint().empty());
}

TEST_CASE("an answer that should be JSON and is not is rejected", "[engine]") {
  test::CannedEngine engine({.status = 200, .headers = {}, .body = "<html>"});
  REQUIRE_THROWS_WITH(call_json(engine, get("/services")),
                      "the answer to GET /services is not JSON");
}

TEST_CASE("filters are JSON lists, and none is no parameter", "[engine]") {
  Pairs query;
  add_filters(query, {});
  REQUIRE(query.empty());
  add_filters(query, of_stack("shop"));
  REQUIRE(query == Pairs{{"filters", R"({"label":["com.docker.stack.namespace=shop"]})"}});
}

TEST_CASE("a segment of a path keeps what image references hold, and escapes the rest",
          "[engine]") {
  REQUIRE(segment("registry.example.com:5000/a/b@sha256:1") ==
          "registry.example.com:5000/a/b@sha256:1");
  REQUIRE(segment("a b?c#d%e") == "a%20b%3Fc%23d%25e");
}

}  // namespace
}  // namespace skep::engine
