#include "docker/address.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

#include <fmt/format.h>

namespace skep::docker {
namespace {

std::string shown(const Address& address) {
  if (const auto* unix = std::get_if<UnixSocket>(&address)) return "unix " + unix->path;
  if (const auto* tcp = std::get_if<Tcp>(&address))
    return fmt::format("tcp {} {} {}", tcp->host, tcp->port, tcp->prefix);
  const auto& ssh = std::get<Ssh>(address);
  return fmt::format("ssh {} {} {} {}", ssh.user, ssh.host, ssh.port, ssh.socket);
}

struct Written {
  std::string text;
  std::string means;
};

TEST_CASE("an address of -H is read as docker reads it", "[docker]") {
  const auto test = GENERATE(values<Written>({
      {"unix:///a/b.sock", "unix /a/b.sock"},
      {"unix://", "unix /var/run/docker.sock"},
      {"", "unix /var/run/docker.sock"},
      {"  unix:///a\n", "unix /a"},
      {"tcp://10.0.0.5:2376", "tcp 10.0.0.5 2376 "},
      {"tcp://10.0.0.5", "tcp 10.0.0.5 2375 "},
      {"10.0.0.5:2376", "tcp 10.0.0.5 2376 "},
      {"docker01", "tcp docker01 2375 "},
      {":2376", "tcp localhost 2376 "},
      {"tcp://", "tcp localhost 2375 "},
      {"tcp://h:1/engine/a/", "tcp h 1 /engine/a"},
      {"tcp://h/", "tcp h 2375 "},
      {"tcp://[::1]:2376", "tcp ::1 2376 "},
      {"tcp://[fe80::1]", "tcp fe80::1 2375 "},
      {"ssh://mgr", "ssh  mgr  /var/run/docker.sock"},
      {"ssh://dep@mgr:2022", "ssh dep mgr 2022 /var/run/docker.sock"},
      {"ssh://dep@mgr/", "ssh dep mgr  /var/run/docker.sock"},
      {"ssh://dep@mgr/run/user/1000/docker.sock", "ssh dep mgr  /run/user/1000/docker.sock"},
      {"ssh://a%40b@mgr", "ssh a@b mgr  /var/run/docker.sock"},
      {"ssh://dep@[::1]:22/a%20b", "ssh dep ::1 22 /a b"},
  }));
  INFO(test.text);
  REQUIRE(shown(parse_address(test.text, "--host")) == test.means);
}

TEST_CASE("what is no address of -H is refused by name", "[docker]") {
  const auto test = GENERATE(values<Written>({
      {"/var/run/docker.sock", "an address begins with its kind"},
      {"unix://a/b", "the path of a socket must be absolute"},
      {"fd://3", "engines on fd:// are not supported"},
      {"npipe:////./pipe/docker_engine", "engines on npipe:// are not supported"},
      {"https://h:1", "engines on https:// are not supported"},
      {"tcp://h:0", "\"0\" is no port"},
      {"tcp://h:65536", "\"65536\" is no port"},
      {"tcp://h:23x", "\"23x\" is no port"},
      {"tcp://me@h:1", "\"me@h\" is no host"},
      {"tcp://-h:1", "\"-h\" is no host"},
      {"tcp://h:1/a?b", "\"/a?b\" is no path"},
      {"tcp://::1:2376", "an IPv6 address stands in brackets, as in tcp://[::1]:2376"},
      {"tcp://[::1", "the bracket [ has no end"},
      {"tcp://[h]:1", "between brackets stands an IPv6 address"},
      {"tcp://[::1]2376", "that is no host and port"},
      {"ssh://", "it names no host"},
      {"ssh://dep@", "it names no host"},
      {"ssh://h?x", "an ssh address has no \"?\""},
      {"ssh://h#x", "an ssh address has no \"#\""},
      {"ssh://-oProxyCommand=x", "\"-oProxyCommand=x\" is no host"},
      {"ssh://h%20x", "\"h x\" is no host"},
      {"ssh://-x@h", "\"-x\" is no user"},
      {"ssh://$(x)@h", "\"$(x)\" is no user"},
      {"ssh://h%4", "behind % stand two hexadecimal digits, as in %40 for @"},
      {"ssh://h/${HOME}/s", "that is no path of a socket"},
      {"ssh://h/%0a", "that is no path of a socket"},
      {"ssh://h/" + std::string(120, 'x'), "that is no path of a socket"},
  }));
  const auto error = test::error_of([&] { parse_address(test.text, "--host"); });
  REQUIRE(error.kind() == Kind::usage);
  REQUIRE(error.message() == fmt::format("--host: \"{}\": {}", test.text, test.means));
  REQUIRE(error.hint() ==
          (test.text.starts_with('/')
               ? "a socket is unix:///var/run/docker.sock"
               : "unix:///var/run/docker.sock, tcp://HOST:2376 and ssh://USER@HOST are addresses"));
}

TEST_CASE("a password in an ssh address is refused and not repeated", "[docker]") {
  const auto error = test::error_of([] { parse_address("ssh://dep:pw@mgr", "DOCKER_HOST"); });
  REQUIRE(error.message() == "DOCKER_HOST: an ssh address with a password in it is not supported");
  REQUIRE(error.hint() == "use a key: ssh-add it, or name it in ~/.ssh/config");
}

TEST_CASE("an address of a context gets no defaults, as with docker", "[docker]") {
  const std::string source = "context prod, --context";
  REQUIRE(shown(parse_context_address("", source)) == "unix /var/run/docker.sock");
  REQUIRE(shown(parse_context_address("unix:///a", source)) == "unix /a");
  REQUIRE(shown(parse_context_address("tcp://h:2376", source)) == "tcp h 2376 ");
  REQUIRE(shown(parse_context_address("ssh://mgr", source)) == "ssh  mgr  /var/run/docker.sock");
  const auto bare = test::error_of([&] { parse_context_address("tcp://h", source); });
  REQUIRE(bare.message() ==
          "context prod, --context: \"tcp://h\": a context's address needs host and port");
  REQUIRE(bare.hint() == "docker context update NAME --docker host=tcp://HOST:2376");
  REQUIRE(test::error_of([&] { parse_context_address("h:1", source); }).message() ==
          "context prod, --context: \"h:1\": an address begins with its kind");
  REQUIRE(test::error_of([&] { parse_context_address("http://h:1", source); }).message() ==
          "context prod, --context: \"http://h:1\": engines on http:// are not supported");
}

}  // namespace
}  // namespace skep::docker
