#include "docker/endpoint.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

#include <fmt/format.h>

namespace skep::docker {
namespace {

using Variables = std::map<std::string, std::string>;

/// A home with contexts.
struct Home {
  test::TempDir dir;
  std::string current = {};

  Home() {
    add("prod", "ssh://dep@mgr");
    add("tls", "tcp://mgr:2376");
    dir.write("contexts/tls/" + sha256_hex("tls") + "/docker/ca.pem", "PEM");
  }
  void add(const std::string& name, const std::string& host) const {
    dir.write(
        "contexts/meta/" + sha256_hex(name) + "/meta.json",
        fmt::format(R"({{"Name":"{}","Endpoints":{{"docker":{{"Host":"{}"}}}}}})", name, host));
  }
  Config config() const {
    Config config;
    config.file = dir.path() + "/config.json";
    config.current_context = current;
    return config;
  }
  Endpoint resolve(const EndpointFlags& flags, const Variables& variables = {}) const {
    Env env;
    env.variables = variables;
    env.cwd = "/work";
    return resolve_endpoint(flags, config(), env);
  }
  std::string shown(const EndpointFlags& flags, const Variables& variables = {}) const {
    return resolve(flags, variables).display();
  }
  std::string refusal(const EndpointFlags& flags, const Variables& variables = {}) const {
    return test::error_of([&] { resolve(flags, variables); }).message();
  }
};

EndpointFlags host(std::string text) {
  return {.host = std::move(text), .context = {}};
}
EndpointFlags context(std::string name) {
  return {.host = {}, .context = std::move(name)};
}

TEST_CASE("the engine is --host, else DOCKER_HOST, else the default socket", "[docker]") {
  const Home home;
  REQUIRE(home.shown({}) == "unix:///var/run/docker.sock (the default)");
  REQUIRE(home.shown({}, {{"DOCKER_HOST", "unix:///a"}}) == "unix:///a (DOCKER_HOST)");
  REQUIRE(home.shown({}, {{"DOCKER_HOST", ""}}) == "unix:///var/run/docker.sock (the default)");
  REQUIRE(home.shown(host("unix:///b"), {{"DOCKER_HOST", "unix:///a"}, {"DOCKER_CONTEXT", "x"}}) ==
          "unix:///b (--host)");
  REQUIRE(home.resolve(host("unix:///b")).address == Address(UnixSocket{"/b"}));
  REQUIRE(home.resolve(host("10.0.0.1")).address == Address(Tcp{"10.0.0.1", "2375", ""}));
  REQUIRE(home.resolve({}, {{"DOCKER_HOST", "ssh://mgr"}}).address == Address(Ssh{.host = "mgr"}));
}

TEST_CASE("every combination of flags, variables and the current context is docker's", "[docker]") {
  Home home;
  home.add("c1", "unix:///c1");
  home.add("c2", "unix:///c2");
  home.add("c3", "unix:///c3");
  for (unsigned mask = 0; mask < 32; ++mask) {
    const auto has = [&](unsigned bit) { return ((mask >> bit) & 1U) != 0; };
    EndpointFlags flags;
    Variables variables;
    if (has(0)) flags.context = "c1";
    if (has(1)) flags.host = "unix:///flag";
    if (has(2)) variables["DOCKER_HOST"] = "unix:///variable";
    if (has(3)) variables["DOCKER_CONTEXT"] = "c2";
    home.current = has(4) ? "c3" : "";
    INFO(mask);
    if (has(0) && has(1)) {
      REQUIRE(home.refusal(flags, variables) == "--host and --context name two engines");
      continue;
    }
    std::string expected = "unix:///var/run/docker.sock (the default)";
    if (has(4))
      expected = "unix:///c3 (context c3, currentContext in " + home.dir.path() + "/config.json)";
    if (has(3)) expected = "unix:///c2 (context c2, DOCKER_CONTEXT)";
    if (has(2)) expected = "unix:///variable (DOCKER_HOST)";
    if (has(1)) expected = "unix:///flag (--host)";
    if (has(0)) expected = "unix:///c1 (context c1, --context)";
    REQUIRE(home.shown(flags, variables) == expected);
  }
}

TEST_CASE("the context named default is DOCKER_HOST or the default socket", "[docker]") {
  Home home;
  home.current = "prod";
  REQUIRE(home.shown(context("default"), {{"DOCKER_HOST", "unix:///a"}}) ==
          "unix:///a (DOCKER_HOST)");
  REQUIRE(home.shown({}, {{"DOCKER_CONTEXT", "default"}}) ==
          "unix:///var/run/docker.sock (the default)");
  home.current = "default";
  REQUIRE(home.shown({}) == "unix:///var/run/docker.sock (the default)");
}

TEST_CASE("a context that is not there is refused with the name of its source", "[docker]") {
  Home home;
  REQUIRE(home.refusal(context("x"), {{"DOCKER_HOST", "unix:///a"}}) ==
          "--context: there is no docker context \"x\"");
  REQUIRE(home.refusal({}, {{"DOCKER_CONTEXT", "x"}}) ==
          "DOCKER_CONTEXT: there is no docker context \"x\"");
  home.current = "x";
  REQUIRE(home.refusal({}) == "currentContext in " + home.dir.path() +
                                  "/config.json: there is no docker context \"x\"");
  home.add("bad", "tcp://h");
  REQUIRE(home.refusal(context("bad")) ==
          "context bad, --context: \"tcp://h\": a context's address needs host and port");
}

TEST_CASE("TLS of the environment is for tcp alone, and its files lie where docker has them",
          "[docker]") {
  const Home home;
  const auto folder = home.dir.path();
  REQUIRE_FALSE(home.resolve(host("tcp://h")).tls);
  REQUIRE_FALSE(home.resolve(host("unix:///a"), {{"DOCKER_TLS_VERIFY", "1"}}).tls);
  REQUIRE_FALSE(home.resolve(host("ssh://h"), {{"DOCKER_TLS_VERIFY", "1"}}).tls);
  REQUIRE_FALSE(home.resolve(host("tcp://h"), {{"DOCKER_TLS_VERIFY", ""}}).tls);

  auto tls = home.resolve(host("tcp://h"), {{"DOCKER_TLS_VERIFY", "0"}}).tls;
  REQUIRE(tls);
  REQUIRE(tls->verify);  // any text counts
  REQUIRE(tls->ca == folder + "/ca.pem");
  REQUIRE(tls->cert.empty());
  REQUIRE(tls->source == "DOCKER_TLS_VERIFY, without DOCKER_CERT_PATH,");

  home.dir.write("certs/cert.pem", "PEM");
  const Variables certs = {{"DOCKER_TLS", "1"}, {"DOCKER_CERT_PATH", folder + "/certs"}};
  tls = home.resolve(host("tcp://h"), certs).tls;
  REQUIRE_FALSE(tls->verify);
  REQUIRE(tls->ca == folder + "/certs/ca.pem");
  REQUIRE(tls->cert.empty());  // without its key it is not sent
  REQUIRE(tls->source == "DOCKER_CERT_PATH");
  home.dir.write("certs/key.pem", "PEM");
  tls = home.resolve(host("tcp://h"), certs).tls;
  REQUIRE(tls->cert == folder + "/certs/cert.pem");
  REQUIRE(tls->key == folder + "/certs/key.pem");

  REQUIRE(home.resolve(host("tcp://h"), {{"DOCKER_TLS", "1"}, {"DOCKER_CERT_PATH", "c"}}).tls->ca ==
          "/work/c/ca.pem");
}

TEST_CASE("with TLS and no host the engine is tcp on this machine, as with docker", "[docker]") {
  const Home home;
  const auto endpoint = home.resolve({}, {{"DOCKER_TLS_VERIFY", "1"}});
  REQUIRE(endpoint.display() == "tcp://localhost:2376 (the default with DOCKER_TLS_VERIFY)");
  REQUIRE(endpoint.address == Address(Tcp{"localhost", "2376", ""}));
  REQUIRE(endpoint.tls);
}

TEST_CASE("a named context takes nothing of DOCKER_HOST or of the variables of TLS", "[docker]") {
  const Home home;
  const Variables variables = {{"DOCKER_HOST", "unix:///a"}, {"DOCKER_TLS_VERIFY", "1"}};
  const auto ssh = home.resolve(context("prod"), variables);
  REQUIRE(ssh.display() == "ssh://dep@mgr (context prod, --context)");
  REQUIRE_FALSE(ssh.tls);
  const auto tls = home.resolve(context("tls"), variables);
  REQUIRE(tls.tls->ca == home.dir.path() + "/contexts/tls/" + sha256_hex("tls") + "/docker/ca.pem");
  REQUIRE(tls.tls->source == "context tls");
}

TEST_CASE("DOCKER_API_VERSION is handed on", "[docker]") {
  const Home home;
  REQUIRE(home.resolve({}, {{"DOCKER_API_VERSION", "1.44"}}).api_version == "1.44");
  REQUIRE(home.resolve(context("prod"), {{"DOCKER_API_VERSION", "1.44"}}).api_version == "1.44");
  REQUIRE(home.resolve({}).api_version.empty());
}

}  // namespace
}  // namespace skep::docker
