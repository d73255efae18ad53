#include "http/fetch.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"
#include "support/fake_server.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>

namespace skep::http {
namespace {

using test::answer_text;
using test::FakeServer;
using test::read_head;
using test::write_all;

TEST_CASE("fetch connects where it is told and keeps the URL's host", "[http]") {
  std::string head;
  FakeServer server([&](int fd) {
    head = read_head(fd);
    write_all(fd, answer_text("[]"));
  });
  const auto answer = fetch({.method = "GET",
                             .url = "http://kittenapi.example.com/kittens?a=b",
                             .headers = {{"Accept", "application/json"}},
                             .body = {},
                             .connect = server.tcp_address(),
                             .ca_file = {}});
  REQUIRE(answer.status == 200);
  REQUIRE(answer.body == "[]");
  REQUIRE_THAT(head,
               ContainsSubstring("GET /kittens?a=b HTTP/1.1\r\nHost: kittenapi.example.com\r\n"));
  REQUIRE_THAT(head, ContainsSubstring("Accept: application/json\r\n"));
}

TEST_CASE("fetch sends a body with its method, and follows no redirect", "[http]") {
  std::string head;
  std::atomic<int> requests{0};
  FakeServer server([&](int fd) {
    head = read_head(fd);
    ++requests;
    write_all(fd, answer_text("", 301, "Location: /elsewhere\r\n"));
  });
  const auto answer = fetch({.method = "PUT",
                             .url = fmt::format("http://{}/kittens/2", server.tcp_address()),
                             .headers = {},
                             .body = "{\"name\":\"Tom\"}",
                             .connect = {},
                             .ca_file = {}});
  REQUIRE(answer.status == 301);
  REQUIRE(answer.header("Location") == "/elsewhere");
  REQUIRE_THAT(head, ContainsSubstring("PUT /kittens/2 HTTP/1.1\r\n"));
  REQUIRE_THAT(head, ContainsSubstring("Content-Length: 14\r\n"));
  REQUIRE(requests == 1);
}

TEST_CASE("fetch cuts a body at its limit", "[http]") {
  FakeServer server([&](int fd) {
    read_head(fd);
    write_all(fd, answer_text(std::string(1'000'000, 'x')));
  });
  const auto answer = fetch({.url = fmt::format("http://{}/", server.tcp_address()),
                             .headers = {},
                             .body = {},
                             .connect = {},
                             .ca_file = {},
                             .max_body = 1000});
  REQUIRE(answer.status == 200);
  REQUIRE(answer.body == std::string(1000, 'x'));
}

TEST_CASE("fetch says why no answer came", "[http]") {
  FakeServer silent([&](int fd) {
    read_head(fd);
    read_head(fd);
  });
  const auto url = fmt::format("http://{}/", silent.tcp_address());
  const Fetch slow{.url = url,
                   .headers = {},
                   .body = {},
                   .connect = {},
                   .timeout = std::chrono::milliseconds(50),
                   .ca_file = {}};
  REQUIRE_THROWS_WITH(fetch(slow), ContainsSubstring("GET " + url + ": Operation timed out"));
  const Fetch nobody{.url = "http://x.example.com/",
                     .headers = {},
                     .body = {},
                     .connect = "127.0.0.1:1",
                     .ca_file = {}};
  REQUIRE_THROWS_WITH(fetch(nobody), "GET http://x.example.com/: Connection refused");
  const Fetch file{
      .url = "file:///etc/passwd", .headers = {}, .body = {}, .connect = {}, .ca_file = {}};
  REQUIRE_THROWS_WITH(fetch(file), ContainsSubstring("GET file:///etc/passwd: Protocol \"file\" "));
}

TEST_CASE("fetch speaks TLS only to a server it can verify", "[http]") {
  FakeServer plain([&](int fd) { write_all(fd, "no TLS here, at all"); });
  const Fetch https{.url = fmt::format("https://{}/", plain.tcp_address()),
                    .headers = {},
                    .body = {},
                    .connect = {},
                    .ca_file = {}};
  REQUIRE_THROWS_WITH(fetch(https), ContainsSubstring("GET " + https.url + ": "));
}

TEST_CASE("fetch ends at once on stop", "[http]") {
  FakeServer silent([&](int fd) {
    read_head(fd);
    read_head(fd);
  });
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  const Fetch what{.url = fmt::format("http://{}/", silent.tcp_address()),
                   .headers = {},
                   .body = {},
                   .connect = {},
                   .ca_file = {}};
  REQUIRE_THROWS_WITH(fetch(what, stop.get_token()), "interrupted");
}

}  // namespace
}  // namespace skep::http
