#include "docker/config.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/time_limit.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

#include <nlohmann/json.hpp>

namespace skep::docker {
namespace {

using test::TempDir;

Env make_env(std::map<std::string, std::string> variables, std::string cwd) {
  Env env;
  env.variables = std::move(variables);
  env.cwd = std::move(cwd);
  return env;
}

Env env_of(const TempDir& folder, std::map<std::string, std::string> more = {}) {
  more["DOCKER_CONFIG"] = folder.path();
  more["PATH"] = folder.path() + "/bin:/usr/bin:/bin";
  return make_env(std::move(more), folder.path());
}

Credentials credentials_of(const Env& env) {
  return Credentials(load_config(env), env);
}

/// A helper that writes what it was asked to a file beside it.
void helper(const TempDir& folder, const std::string& name, const std::string& script) {
  folder.write("bin/docker-credential-" + name,
               "#!/bin/sh\necho \"$1 $(cat)\" > \"$(dirname $0)/asked\"\n" + script + "\n", 0755);
}

TEST_CASE("without a config.json every registry is anonymous", "[docker]") {
  const TempDir folder;
  const auto env = env_of(folder);
  REQUIRE(load_config(env).file == folder.path() + "/config.json");
  REQUIRE_FALSE(credentials_of(env).find("docker.io"));
  REQUIRE_FALSE(Credentials().find("docker.io"));
}

TEST_CASE("config.json is in DOCKER_CONFIG, else in .docker of the home folder", "[docker]") {
  const TempDir folder;
  REQUIRE(load_config(make_env({{"HOME", folder.path()}}, "/")).file ==
          folder.path() + "/.docker/config.json");
  REQUIRE(load_config(make_env({{"HOME", "/x"}, {"DOCKER_CONFIG", ""}}, "/")).file ==
          "/x/.docker/config.json");
  REQUIRE(load_config(make_env({{"DOCKER_CONFIG", "conf"}}, "/y")).file == "/y/conf/config.json");
}

TEST_CASE("auths hold user and password in base64, or an identity token", "[docker]") {
  const TempDir folder;
  const Json document = {
      {"auths",
       {{"registry.example.com:5000", {{"auth", base64("tom:se:cret")}}},
        {"token.example.com", {{"identitytoken", "tok"}, {"auth", base64("tom:")}}},
        {"padded.example.com", {{"auth", base64(std::string("tom:pw\0\0", 8))}}},
        {"plain.example.com", {{"username", "u"}, {"password", "p"}}},
        {"empty.example.com", Json::object()}}}};
  folder.write("config.json", dump_json(document));
  const auto credentials = credentials_of(env_of(folder));
  REQUIRE(credentials.find("registry.example.com:5000") ==
          Auth{.username = "tom",
               .password = Secret("se:cret"),
               .identity_token = Secret(),
               .server_address = "registry.example.com:5000",
               .source = folder.path() + "/config.json"});
  REQUIRE(credentials.find("token.example.com")->identity_token == Secret("tok"));
  REQUIRE(credentials.find("padded.example.com")->password == Secret("pw"));
  REQUIRE(credentials.find("plain.example.com")->password == Secret("p"));
  REQUIRE_FALSE(credentials.find("empty.example.com"));
  REQUIRE_FALSE(credentials.find("registry.example.com"));
}

TEST_CASE("Docker Hub is found under its own key, however the image names it", "[docker]") {
  const TempDir folder;
  const auto key = GENERATE(as<std::string>{}, "https://index.docker.io/v1/", "docker.io",
                            "index.docker.io", "https://docker.io");
  folder.write("config.json", dump_json({{"auths", {{key, {{"auth", base64("hub:pw")}}}}}}));
  const auto credentials = credentials_of(env_of(folder));
  for (const auto* domain : {"docker.io", "index.docker.io", "registry-1.docker.io"}) {
    const auto auth = credentials.find(domain);
    REQUIRE(auth);
    REQUIRE(auth->username == "hub");
    REQUIRE(auth->server_address == "https://index.docker.io/v1/");
  }
}

TEST_CASE("a key that is a URL matches by its host, the exact key goes first", "[docker]") {
  const TempDir folder;
  folder.write("config.json",
               dump_json({{"auths",
                           {{"https://r.example.com/v2/", {{"auth", base64("url:pw")}}},
                            {"http://s.example.com", {{"auth", base64("a:pw")}}},
                            {"s.example.com", {{"auth", base64("exact:pw")}}}}}}));
  const auto credentials = credentials_of(env_of(folder));
  REQUIRE(credentials.find("r.example.com")->username == "url");
  REQUIRE(credentials.find("r.example.com")->server_address == "r.example.com");
  REQUIRE(credentials.find("s.example.com")->username == "exact");
}

TEST_CASE("a registry gets its own credentials, and no other's", "[docker]") {
  const TempDir folder;
  struct Case {
    std::string key;     // in auths
    std::string domain;  // of an image
    bool given;
  };
  const std::vector<Case> cases = {
      {"https://index.docker.io/v1/", "docker.io", true},
      {"docker.io", "docker.io", true},
      {"docker.io", "registry-1.docker.io", true},
      {"https://index.docker.io/v1/", "docker.io.evil.example.com", false},
      {"docker.io", "evil.docker.io", false},
      {"docker.io", "docker.io:443", false},
      {"docker.io", "mydocker.io", false},
      {"evil.docker.io", "docker.io", false},
      {"https://docker.io.evil.example.com/v1/", "docker.io", false},
      {"https://evil/index.docker.io/v1/", "docker.io", false},
      {"https://user@docker.io", "docker.io", false},
      {"docker.io@evil", "docker.io", false},
      {"r.example.com", "r.example.com", true},
      {"https://r.example.com/v2/", "r.example.com", true},
      {"http://r.example.com", "r.example.com", true},
      {"r.example.com:5000", "r.example.com:5000", true},
      {"r.example.com", "r.example.com:5000", false},
      {"r.example.com:5000", "r.example.com", false},
      {"r.example.com:500", "r.example.com:5000", false},
      {"r.example.com:5000", "r.example.com:500", false},
      {"example.com", "r.example.com", false},
      {"r.example.com", "example.com", false},
      {"r.example.com", "xr.example.com", false},
      {"r.example.com", "r.example.com.evil", false},
      {"https://user:pw@r.example.com", "r.example.com", false},
      {"https://r.example.com@evil/", "r.example.com", false},
      {"r.example.com.", "r.example.com", false},
      {"R.example.com", "r.example.com", false},
      {"*", "r.example.com", false},
      {"", "r.example.com", false},
  };
  for (const auto& one : cases) {
    folder.write("config.json", dump_json({{"auths", {{one.key, {{"auth", base64("me:pw")}}}}}}));
    INFO(one.key << " for " << one.domain);
    CHECK(credentials_of(env_of(folder)).find(one.domain).has_value() == one.given);
  }
}

TEST_CASE("a helper is asked for its registry, the store for all others, and auths for none",
          "[docker]") {
  const TempDir folder;
  folder.write("config.json",
               dump_json({{"auths", {{"r.example.com", {{"auth", base64("file:pw")}}}}},
                          {"credHelpers", {{"r.example.com", "one"}}},
                          {"credsStore", "two"}}));
  helper(folder, "one", "echo '{\"ServerURL\":\"r\",\"Username\":\"tom\",\"Secret\":\"s3cret\"}'");
  helper(folder, "two", "echo '{\"ServerURL\":\"r\",\"Username\":\"<token>\",\"Secret\":\"tok\"}'");
  const auto env = env_of(folder);
  const auto credentials = credentials_of(env);
  const auto one = credentials.find("r.example.com");
  REQUIRE(one->username == "tom");
  REQUIRE(one->password == Secret("s3cret"));
  const auto two = credentials.find("docker.io");
  REQUIRE(two->username.empty());
  REQUIRE(two->identity_token == Secret("tok"));
  REQUIRE(read_file(folder.path() + "/bin/asked") == "get https://index.docker.io/v1/\n");
}

TEST_CASE("a helper that knows no credentials means anonymous", "[docker]") {
  const TempDir folder;
  folder.write("config.json", R"({"credsStore":"x"})");
  helper(folder, "x", "echo 'credentials not found in native keychain'; exit 1");
  REQUIRE_FALSE(credentials_of(env_of(folder)).find("r.example.com"));
}

TEST_CASE("a helper that fails is an error with its own words, never with its output as JSON",
          "[docker]") {
  const TempDir folder;
  folder.write("config.json", R"({"credsStore":"x"})");
  const auto find = [&] { credentials_of(env_of(folder)).find("r.example.com"); };

  const auto missing = test::error_of(find);
  REQUIRE(missing.kind() == Kind::unauthorized);
  REQUIRE(missing.message() ==
          "credentials of r.example.com: the helper docker-credential-x is not installed");
  REQUIRE(missing.hint() == "config.json names it under credHelpers or credsStore");

  helper(folder, "x", "echo 'keychain is locked'; exit 1");
  REQUIRE(test::error_of(find).message() ==
          "credentials of r.example.com: docker-credential-x failed: keychain is locked");
  helper(folder, "x", "echo 'no bus' >&2; exit 1");
  REQUIRE(test::error_of(find).message() ==
          "credentials of r.example.com: docker-credential-x failed: no bus");
  helper(folder, "x", "exit 3");
  REQUIRE(test::error_of(find).message() ==
          "credentials of r.example.com: docker-credential-x failed: exit status 3");

  const auto output = GENERATE(as<std::string>{}, "hunter2", "{\"Username\":\"u\"}", "[]");
  helper(folder, "x", "echo '" + output + "'");
  REQUIRE(
      test::error_of(find).message() ==
      "credentials of r.example.com: docker-credential-x gave no JSON with Username and Secret");
}

TEST_CASE("DOCKER_AUTH_CONFIG goes before the file and its helpers", "[docker]") {
  const TempDir folder;
  folder.write("config.json", R"({"credsStore":"missing"})");
  const auto env =
      env_of(folder, {{"DOCKER_AUTH_CONFIG",
                       dump_json({{"auths", {{"r.example.com", {{"auth", base64("ci:pw")}}}}}})}});
  REQUIRE(credentials_of(env).find("r.example.com")->username == "ci");
  REQUIRE(credentials_of(env).find("r.example.com")->source == "DOCKER_AUTH_CONFIG");
  const auto wrong = env_of(folder, {{"DOCKER_AUTH_CONFIG", "{"}});
  const auto error = test::error_of([&] { load_config(wrong); });
  REQUIRE(error.message() == "is not JSON");
  REQUIRE(error.loc()->file == "DOCKER_AUTH_CONFIG");
}

TEST_CASE("a wrong config.json is said by file and key, without what stands there", "[docker]") {
  struct Case {
    std::string text;
    std::string message;
  };
  const auto [text, message] = GENERATE(values<Case>({
      {"{\"auths\": hunter2}", "is not JSON"},
      {"[]", "must hold a JSON object"},
      {R"({"auths":[]})", "auths must be an object"},
      {R"({"auths":{"r":"x"}})", "auths[\"r\"] must be an object"},
      {R"({"auths":{"r":{"auth":1}}})", "auths[\"r\"].auth must be a string"},
      {R"({"auths":{"r":{"auth":"%%%"}}})", "auths[\"r\"].auth is not base64"},
      {R"({"auths":{"r":{"auth":"aHVudGVyMg=="}}})", "auths[\"r\"].auth holds no user:password"},
      {R"({"credHelpers":{"r":1}})", "credHelpers[\"r\"] must be a string"},
      {R"({"credsStore":1})", "credsStore must be a string"},
      {R"({"currentContext":{}})", "currentContext must be a string"},
  }));
  const TempDir folder;
  folder.write("config.json", text);
  const auto error = test::error_of([&] { load_config(env_of(folder)); });
  REQUIRE(error.kind() == Kind::input);
  REQUIRE(error.message() == message);
  REQUIRE(error.loc()->file == folder.path() + "/config.json");
}

TEST_CASE("X-Registry-Auth is URL-safe base64 of JSON, and {} for nobody", "[docker]") {
  REQUIRE(registry_auth_header(std::nullopt) == "e30=");
  const Auth password{.username = "tom",
                      .password = Secret("p?>w"),
                      .identity_token = Secret(),
                      .server_address = "r.example.com"};
  const auto header = registry_auth_header(password);
  REQUIRE(header.find_first_of("+/\n") == std::string::npos);
  REQUIRE(parse_json(base64_decode(header), "header") ==
          Json({{"username", "tom"}, {"password", "p?>w"}, {"serveraddress", "r.example.com"}}));
  const Auth token{.username = "",
                   .password = Secret(),
                   .identity_token = Secret("tok"),
                   .server_address = "r.example.com"};
  REQUIRE(parse_json(base64_decode(registry_auth_header(token)), "header") ==
          Json({{"identitytoken", "tok"}, {"serveraddress", "r.example.com"}}));
}

TEST_CASE("a helper that is no longer wanted is ended, and what it gave is told before it is used",
          "[docker]") {
  const TempDir folder;
  folder.write("config.json", R"({"credsStore": "x"})");
  const auto env = env_of(folder);
  SECTION("stop") {
    helper(folder, "x", "sleep 1000");
    const TimeLimit limit(std::chrono::milliseconds(200));
    const Credentials credentials(load_config(env), env, {.stop = limit.token()});
    CHECK(test::error_of([&] { credentials.find("r"); }).kind() == Kind::interrupted);
  }
  SECTION("told") {
    helper(folder, "x", "echo '{\"Username\":\"tom\",\"Secret\":\"s3cret\"}'");
    std::vector<std::string> told;
    const Credentials credentials(load_config(env), env, {.found = [&](const Secret& secret) {
                                    told.push_back(secret.reveal());
                                  }});
    const auto auth = credentials.find("r");
    CHECK(told == std::vector<std::string>{"s3cret", "", registry_auth_header(auth)});
  }
}

TEST_CASE(
    "DOCKER_AUTH_CONFIG wins in every way of writing a registry, and a browser's token is no "
    "password",
    "[docker]") {
  const TempDir folder;
  folder.write(
      "config.json",
      R"({"credHelpers": {"https://r": "x"}, "auths": {"https://index.docker.io/v1/": {"username": "old", "password": "p"},
                   "https://index.docker.io/v1/access-token": {"username": "u", "password": "t"}}})");
  auto env =
      env_of(folder, {{"DOCKER_AUTH_CONFIG", R"({"auths": {"r": {"username": "a", "password": "b"},
                                                    "docker.io": {"username": "new", "password": "p"}}})"}});
  const Credentials credentials(load_config(env), env);
  CHECK(credentials.find("r")->username == "a");
  CHECK(credentials.find("docker.io")->username == "new");
  env.variables.erase("DOCKER_AUTH_CONFIG");
  CHECK(Credentials(load_config(env), env).find("docker.io")->username == "old");
}

}  // namespace
}  // namespace skep::docker
