#include "docker/endpoint.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"

namespace skep::docker {
namespace {

using Variables = std::map<std::string, std::string>;

Endpoint resolve(const EndpointFlags& flags, const Variables& variables,
                 const std::string& context = {}) {
  Config config;
  config.file = "/home/tom/.docker/config.json";
  config.current_context = context;
  Env env;
  env.variables = variables;
  env.cwd = "/";
  return resolve_endpoint(flags, config, env);
}

std::string refusal(const EndpointFlags& flags, const Variables& variables,
                    const std::string& context = {}) {
  try {
    const auto endpoint = resolve(flags, variables, context);
    return "took " + endpoint.unix_socket;
  } catch (const Error& error) {
    REQUIRE(error.kind() == Kind::usage);
    REQUIRE(error.hint() == "a unix socket works: -H unix:///var/run/docker.sock");
    return error.message();
  }
}

TEST_CASE("the engine is --host, else DOCKER_HOST, else the default socket", "[docker]") {
  REQUIRE(resolve({}, {}).unix_socket == "/var/run/docker.sock");
  REQUIRE(resolve({}, {}).source == "the default");
  REQUIRE(resolve({}, {{"DOCKER_HOST", "unix:///a"}}).unix_socket == "/a");
  REQUIRE(resolve({}, {{"DOCKER_HOST", "unix:///a"}}).source == "DOCKER_HOST");
  REQUIRE(resolve({}, {{"DOCKER_HOST", ""}}).unix_socket == "/var/run/docker.sock");
  const auto flag = resolve({.host = "unix:///b", .context = {}},
                            {{"DOCKER_HOST", "unix:///a"}, {"DOCKER_CONTEXT", "x"}}, "y");
  REQUIRE(flag.unix_socket == "/b");
  REQUIRE(flag.source == "--host");
  REQUIRE(resolve({.host = "unix://", .context = {}}, {}).unix_socket == "/var/run/docker.sock");
}

TEST_CASE("the context named default is DOCKER_HOST or the default socket", "[docker]") {
  REQUIRE(resolve({.host = {}, .context = "default"}, {{"DOCKER_HOST", "unix:///a"}}, "x")
              .unix_socket == "/a");
  REQUIRE(resolve({}, {{"DOCKER_CONTEXT", "default"}}, "x").unix_socket == "/var/run/docker.sock");
  REQUIRE(resolve({}, {}, "default").unix_socket == "/var/run/docker.sock");
}

TEST_CASE("DOCKER_HOST goes before DOCKER_CONTEXT, and that before the current context",
          "[docker]") {
  REQUIRE(resolve({}, {{"DOCKER_HOST", "unix:///a"}, {"DOCKER_CONTEXT", "x"}}, "y").unix_socket ==
          "/a");
  REQUIRE(refusal({}, {{"DOCKER_CONTEXT", "x"}}, "y") ==
          "DOCKER_CONTEXT: docker context \"x\": contexts are not supported yet");
}

TEST_CASE("what is no unix socket is refused with the name of its source", "[docker]") {
  REQUIRE(refusal({.host = "tcp://10.0.0.1:2375", .context = {}}, {}) ==
          "--host: \"tcp://10.0.0.1:2375\": engines on tcp:// are not supported yet");
  REQUIRE(refusal({}, {{"DOCKER_HOST", "ssh://docker01"}}) ==
          "DOCKER_HOST: \"ssh://docker01\": engines on ssh:// are not supported yet");
  REQUIRE(refusal({.host = "docker01", .context = {}}, {}) ==
          "--host: \"docker01\" is no address of an engine");
  REQUIRE(refusal({.host = "unix://a/b", .context = {}}, {}) ==
          "--host: \"unix://a/b\": the path of a socket must be absolute");
  REQUIRE(refusal({.host = {}, .context = "prod"}, {{"DOCKER_HOST", "unix:///a"}}) ==
          "--context: docker context \"prod\": contexts are not supported yet");
  REQUIRE(refusal({}, {}, "prod") ==
          "/home/tom/.docker/config.json: currentContext: docker context \"prod\": contexts are "
          "not supported yet");
}

TEST_CASE("the flags --host and --context together are refused", "[docker]") {
  REQUIRE_THROWS_WITH(resolve({.host = "unix:///a", .context = "x"}, {}),
                      "--host and --context name two engines");
}

TEST_CASE("DOCKER_API_VERSION is handed on", "[docker]") {
  REQUIRE(resolve({}, {{"DOCKER_API_VERSION", "1.44"}}).api_version == "1.44");
  REQUIRE(resolve({}, {}).api_version.empty());
}

}  // namespace
}  // namespace skep::docker
