#include "image/push.hpp"

#include "base/error.hpp"
#include "image/registry.hpp"
#include "support/catch.hpp"
#include "support/fake_engine.hpp"

#include <nlohmann/json.hpp>

using namespace skep;
using namespace skep::image;

namespace {

class PushSink : public EventSink {
 public:
  void emit(const Event& event) override { pushed.push_back(std::get<PushProgress>(event)); }
  std::vector<PushProgress> pushed;
};

/// An engine that answers every request with one body.
class Scripted : public engine::Transport {
 public:
  engine::Response send(const engine::Request& request, const engine::BodySink& sink,
                        std::stop_token /*stop*/) override {
    requests.push_back(request);
    if (sink && status < 300) {
      sink(body);
      return {.status = status, .headers = {}, .body = {}};
    }
    return {.status = status, .headers = {}, .body = body};
  }
  std::unique_ptr<engine::ByteStream> upgrade(const engine::Request& /*request*/,
                                              std::stop_token /*stop*/) override {
    throw std::logic_error("no upgrade here");
  }
  int status = 200;
  std::string body;
  std::vector<engine::Request> requests;
};

const std::string kDigest = "sha256:" + std::string(64, 'a');

docker::Credentials with_password() {
  docker::Config config;
  config.file = "/home/me/.docker/config.json";
  config.auths["r:5000"] = {.username = "me",
                            .password = Secret("pw"),
                            .identity_token = {},
                            .server_address = "r:5000",
                            .source = config.file};
  return {config, {}};
}

docker::Credentials without() {
  docker::Config config;
  config.file = "/home/me/.docker/config.json";
  return {config, {}};
}

struct Refusal {
  Kind kind;
  std::string message;
  std::string hint;
};

template <typename F>
Refusal refusal(F act) {
  try {
    act();
  } catch (const Error& error) {
    return {error.kind(), error.what(), error.hint()};
  }
  FAIL("nothing was refused");
  throw std::logic_error("unreachable");
}

Refusal push_refusal(const std::string& message, const docker::Credentials& credentials,
                     const std::string& reference = "r:5000/a:1") {
  Scripted engine;
  engine.body = Json({{"errorDetail", {{"message", message}}}, {"error", message}}).dump();
  PushSink sink;
  return refusal([&] { push(engine, sink, credentials, reference, {}); });
}

Refusal look_up_refusal(int status, const std::string& message,
                        const docker::Credentials& credentials) {
  Scripted engine;
  engine.status = status;
  engine.body = Json({{"message", message}}).dump();
  return refusal([&] { look_up(engine, credentials, "r:5000/a:1", {}); });
}

}  // namespace

TEST_CASE("a push sends credentials always, and gives the digest", "[image]") {
  test::FakeClock clock;
  test::FakeEngine engine(clock);
  PushSink sink;
  const auto digest = push(engine, sink, without(), "r:5000/a:1", {});
  CHECK(digest.starts_with("sha256:"));
  const auto call = engine.calls().front();
  CHECK(call.line() == "POST /images/r:5000/a/push");
  CHECK(call.parameter("tag") == "1");
  CHECK(call.header("X-Registry-Auth") == "e30=");
  REQUIRE(sink.pushed.size() == 2);
  CHECK(sink.pushed[0].image == "r:5000/a:1");
  CHECK(sink.pushed[0].layer == "aaaaaaaaaaaa");
  CHECK(sink.pushed[0].status == "Pushing");
  CHECK(sink.pushed[0].current == 512);
  CHECK(sink.pushed[0].total == 1024);
  CHECK(sink.pushed[1].status == "Pushed");
  push(engine, sink, with_password(), "r:5000/a:1", {});
  CHECK(engine.calls().back().header("X-Registry-Auth").size() > 20);
  CHECK(look_up(engine, without(), "r:5000/a:1", {})->digest == digest);
}

TEST_CASE("the digest is read from the status text or from aux", "[image]") {
  Scripted engine;
  PushSink sink;
  engine.body = Json({{"status", "1: digest: " + kDigest + " size: 528"}}).dump();
  CHECK(push(engine, sink, {}, "docker.io/library/a", {}) == kDigest);
  CHECK(engine.requests.back().path == "/images/a/push");
  CHECK(engine.requests.back().query == engine::Pairs{{"tag", "latest"}});
  engine.body = Json({{"aux", {{"Tag", "1"}, {"Digest", kDigest}, {"Size", 1}}}}).dump();
  CHECK(push(engine, sink, {}, "r:5000/a:1", {}) == kDigest);
}

TEST_CASE("a push without a digest and without an error is a failure", "[image]") {
  for (const std::string status :
       {"Pushed", ": digest: x size: 1", "1: digest: sha256:abc size: 1"}) {
    Scripted engine;
    engine.body = Json({{"status", status}}).dump();
    PushSink sink;
    const auto refused = refusal([&] { push(engine, sink, {}, "r:5000/a:1", {}); });
    CHECK(refused.kind == Kind::registry);
    CHECK(refused.message == "the push ended without a digest and without an error");
  }
}

TEST_CASE("a refused push says which registry, which user, and where that is said", "[image]") {
  const auto anonymous = push_refusal("no basic auth credentials", without());
  CHECK(anonymous.kind == Kind::registry);
  CHECK(anonymous.message == "no basic auth credentials");
  CHECK(anonymous.hint ==
        "there are no credentials for r:5000 in /home/me/.docker/config.json; docker login r:5000 "
        "writes them");
  const auto wrong = push_refusal("unauthorized: authentication required", with_password());
  CHECK(wrong.hint ==
        "r:5000 refused the user \"me\" of /home/me/.docker/config.json, or it may not use this "
        "repository; docker login r:5000 renews it");
  CHECK(push_refusal("denied: requested access to the resource is denied", without(), "me/a:1")
            .hint ==
        "there are no credentials for docker.io in /home/me/.docker/config.json; docker login "
        "writes them");
}

TEST_CASE("a refused credential says where it comes from, and that it ends in a line end",
          "[image]") {
  const auto hint_of = [](const docker::Auth& auth) {
    return registry_hint("unauthorized", question_of("r:5000", "/c.json", auth));
  };
  docker::Auth auth{.username = "ci",
                    .password = Secret("pw\n"),
                    .identity_token = {},
                    .server_address = "r:5000",
                    .source = "DOCKER_AUTH_CONFIG"};
  CHECK(hint_of(auth) ==
        "r:5000 refused the user \"ci\" of DOCKER_AUTH_CONFIG, or it may not use this repository; "
        "its password ends in a line end: write it with printf, not echo; set the variable anew");
  auth.password = Secret("pw\r");
  CHECK(hint_of(auth).find("ends in a line end") != std::string::npos);
  auth.password = Secret("p\nw");
  CHECK(hint_of(auth).find("ends in a line end") == std::string::npos);
  auth.username.clear();
  auth.identity_token = Secret("token");
  auth.source = "docker-credential-pass";
  CHECK(hint_of(auth) ==
        "r:5000 refused the token of docker-credential-pass, or it may not use this repository; "
        "docker login r:5000 renews it");
}

TEST_CASE("what keeps an engine from a registry has a hint", "[image]") {
  const auto hint = [](const std::string& message) {
    return push_refusal(message, without()).hint;
  };
  CHECK(hint("x509: certificate signed by unknown authority") ==
        "the engine does not trust the certificate of r:5000: put its CA into "
        "/etc/docker/certs.d/r:5000/ca.crt on the engine's machine");
  CHECK(hint("http: server gave HTTP response to HTTPS client") ==
        "r:5000 speaks plain HTTP: add it to insecure-registries of the engine");
  CHECK(hint("dial tcp 10.0.0.1:5000: connect: connection refused") ==
        "the engine cannot reach r:5000");
  CHECK(hint("toomanyrequests: You have reached your pull rate limit") ==
        "r:5000 counts pulls: wait, or log in for a higher limit");
  CHECK(hint("An image does not exist locally with the tag: r:5000/a").empty());
}

TEST_CASE("a look-up gives the digest and the platforms as docker places by them", "[image]") {
  Scripted engine;
  engine.body = Json({{"Descriptor", {{"digest", kDigest}}},
                      {"Platforms",
                       {{{"architecture", "amd64"}, {"os", "linux"}},
                        {{"architecture", "arm"}, {"os", "linux"}, {"variant", "v6"}},
                        {{"architecture", "arm"}, {"os", "linux"}, {"variant", "v7"}},
                        {{"architecture", "unknown"}, {"os", "unknown"}}}}})
                    .dump();
  const auto found = look_up(engine, {}, "nginx", {});
  REQUIRE(found);
  CHECK(found->digest == kDigest);
  CHECK(found->platforms ==
        Json::parse(R"([{"Architecture":"amd64","OS":"linux"},{"OS":"linux"}])"));
  CHECK(engine.requests.back().path == "/distribution/nginx/json");
  for (const std::string platforms :
       {"null", "[]", R"([{"architecture":"unknown","os":"unknown"}])"}) {
    engine.body = R"({"Descriptor":{"digest":")" + kDigest + R"("},"Platforms":)" + platforms + "}";
    CHECK(look_up(engine, {}, "nginx", {})->platforms.is_null());
  }
  engine.body = R"({"Descriptor":{}})";
  CHECK(refusal([&] { look_up(engine, {}, "nginx", {}); }).message ==
        "the registry gave no digest");
}

TEST_CASE("a tag that the registry does not have is absence, in every engine's words", "[image]") {
  Scripted engine;
  const auto absent = [&](int status, const std::string& message) {
    engine.status = status;
    engine.body = Json({{"message", message}}).dump();
    return !look_up(engine, {}, "r:5000/a:1", {});
  };
  CHECK(absent(404, "whatever"));
  CHECK(absent(500, "errors:\nmanifest unknown: manifest unknown"));
  CHECK(absent(400, "name unknown: repository name not known to registry"));
}

TEST_CASE("a look-up that the registry refuses, or that cannot reach it, is an error", "[image]") {
  const auto refused =
      look_up_refusal(401, "unauthorized: authentication required", with_password());
  CHECK(refused.kind == Kind::unauthorized);
  CHECK(refused.message ==
        "GET /distribution/r:5000/a:1/json: unauthorized: authentication required");
  CHECK(refused.hint.find("/home/me/.docker/config.json") != std::string::npos);
  CHECK(look_up_refusal(500, "Head \"https://r:5000/v2/a\": no basic auth credentials", without())
            .kind == Kind::unauthorized);
  const auto away = look_up_refusal(500, "dial tcp: lookup r: no such host", without());
  CHECK(away.kind == Kind::registry);
  CHECK(away.hint == "the engine cannot reach r:5000");
  CHECK(look_up_refusal(503, "This node is not a swarm manager", without()).kind ==
        Kind::unavailable);
}

TEST_CASE("an image is given one more reference", "[image]") {
  test::FakeClock clock;
  test::FakeEngine engine(clock);
  tag(engine, "sha256:abc", "r:5000/team/a:7", {});
  CHECK(engine.calls().back().line() == "POST /images/sha256:abc/tag");
  CHECK(engine.calls().back().parameter("repo") == "r:5000/team/a");
  CHECK(engine.calls().back().parameter("tag") == "7");
}

TEST_CASE("a reference that is none is refused by name", "[image]") {
  Scripted engine;
  CHECK(refusal([&] { look_up(engine, {}, "Bad", {}); }).kind == Kind::input);
}
