#include "http/client.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_server.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <regex>
#include <string>
#include <sys/socket.h>
#include <thread>

namespace skep::http {
namespace {

using test::answer_text;
using test::FakeServer;
using test::read_head;
using test::write_all;

Request make(std::string method, std::string path, BodySource body = {}) {
  return {.method = std::move(method),
          .path = std::move(path),
          .query = {},
          .headers = {},
          .body = std::move(body)};
}

Client client_of(const FakeServer& server) {
  return Client(unix_endpoint(server.path()));
}

/// A server whose every connection answers requests by `answer(head)` until it gives "".
FakeServer::Handler answering(std::function<std::string(const std::string&)> answer) {
  return [answer = std::move(answer)](int fd) {
    for (auto head = read_head(fd); !head.empty(); head = read_head(fd)) {
      const auto text = answer(head);
      if (text.empty()) return;
      write_all(fd, text);
    }
  };
}

TEST_CASE("a GET gives status, headers and body, and says its query encoded", "[http]") {
  std::string seen;
  FakeServer server(answering([&](const std::string& head) {
    seen = head;
    return answer_text("[1]", 200, "X-Thing: yes\r\n");
  }));
  auto client = client_of(server);
  auto request = make("GET", "/services");
  request.query = {{"filters", "{\"label\":[\"a=b\"]}"}, {"t", "a&b"}, {"t", "c"}};
  request.headers = {{"X-Mine", "1"}, {"X-Empty", ""}};
  const auto answer = client.send(request, {}, {}, "/v1.41");
  REQUIRE(answer.status == 200);
  REQUIRE(answer.body == "[1]");
  REQUIRE(answer.header("x-thing") == "yes");
  REQUIRE(answer.header("absent").empty());
  REQUIRE_THAT(
      seen, ContainsSubstring("GET /v1.41/services?filters=%7B%22label%22%3A%5B%22a%3Db%22%5D%7D&"
                              "t=a%26b&t=c HTTP/1.1\r\nHost: docker\r\n"));
  REQUIRE_THAT(seen, ContainsSubstring("X-Mine: 1\r\n"));
  REQUIRE_THAT(seen, ContainsSubstring("X-Empty:\r\n"));
}

TEST_CASE("any status is an answer", "[http]") {
  FakeServer server(
      answering([](const std::string&) { return answer_text("{\"message\":\"no\"}", 500); }));
  auto client = client_of(server);
  const auto answer = client.send(make("GET", "/x"));
  REQUIRE(answer.status == 500);
  REQUIRE(answer.body == "{\"message\":\"no\"}");
}

TEST_CASE("reads share one connection, and every write gets a new one", "[http]") {
  FakeServer server(answering([](const std::string&) { return answer_text("ok"); }));
  auto client = client_of(server);
  for (int i = 0; i < 5; ++i) client.send(make("GET", "/x"));
  REQUIRE(server.connections() == 1);
  client.send(make("POST", "/x", body_of("hello")));
  REQUIRE(server.connections() == 2);
}

TEST_CASE("a body of known size goes with Content-Length, without waiting for 100 Continue",
          "[http]") {
  std::string head;
  std::string body;
  FakeServer server([&](int fd) {
    head = read_head(fd);
    std::string piece(5'000'000, '\0');
    while (body.size() < 5'000'000) {
      const auto count = ::recv(fd, piece.data(), piece.size(), 0);
      if (count <= 0) return;
      body.append(piece.data(), static_cast<std::size_t>(count));
    }
    write_all(fd, answer_text("done"));
  });
  auto client = client_of(server);
  REQUIRE(client.send(make("POST", "/x", body_of(std::string(5'000'000, 'x')))).body == "done");
  REQUIRE_THAT(head, ContainsSubstring("Content-Length: 5000000\r\n"));
  REQUIRE_THAT(head, !ContainsSubstring("Expect"));
  REQUIRE_THAT(head, !ContainsSubstring("Content-Type"));
  REQUIRE(body == std::string(5'000'000, 'x'));
}

TEST_CASE("a body of unknown size goes chunked, a POST without one says length 0", "[http]") {
  std::vector<std::string> heads;
  FakeServer server([&](int fd) {
    heads.push_back(read_head(fd));
    if (heads.back().find("chunked") != std::string::npos) {
      std::string body;
      char byte = 0;
      while (!body.ends_with("0\r\n\r\n") && ::recv(fd, &byte, 1, 0) == 1) body += byte;
      heads.back() += body;
    }
    write_all(fd, answer_text("ok"));
  });
  auto client = client_of(server);
  int left = 3;
  BodySource source;
  source.next = [&](char* buffer, std::size_t) -> std::size_t {
    if (left-- <= 0) return 0;
    *buffer = 'z';
    return 1;
  };
  client.send(make("POST", "/build", source));
  client.send(make("POST", "/x"));
  client.send(make("DELETE", "/x"));
  REQUIRE_THAT(heads[0], ContainsSubstring("Transfer-Encoding: chunked\r\n"));
  REQUIRE_THAT(heads[0], ContainsSubstring("1\r\nz\r\n1\r\nz\r\n1\r\nz\r\n0\r\n\r\n"));
  REQUIRE_THAT(heads[1], ContainsSubstring("POST /x HTTP/1.1\r\n"));
  REQUIRE_THAT(heads[1], ContainsSubstring("Content-Length: 0\r\n"));
  REQUIRE_THAT(heads[2], ContainsSubstring("DELETE /x HTTP/1.1\r\n"));
}

TEST_CASE("a sink gets a 2xx body piece by piece, and nothing of a refusal", "[http]") {
  FakeServer server(answering([](const std::string& head) {
    if (head.find("/bad") != std::string::npos) return answer_text("no", 404);
    return std::string(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  }));
  auto client = client_of(server);
  std::string got;
  const auto sink = [&](std::string_view piece) { got += piece; };
  const auto good = client.send(make("GET", "/good"), sink);
  REQUIRE(got == "abcde");
  REQUIRE(good.body.empty());
  const auto bad = client.send(make("GET", "/bad"), sink);
  REQUIRE(got == "abcde");
  REQUIRE(bad.status == 404);
  REQUIRE(bad.body == "no");
}

TEST_CASE("what a sink or a source throws comes out of send, and the client lives on", "[http]") {
  FakeServer server(
      answering([](const std::string&) { return answer_text(std::string(100'000, 'x')); }));
  auto client = client_of(server);
  const auto sink = [](std::string_view) { throw Error(Kind::build, "step 3 failed"); };
  REQUIRE(test::error_of([&] { client.send(make("GET", "/x"), sink); }).message() ==
          "step 3 failed");
  BodySource source;
  source.next = [](char*, std::size_t) -> std::size_t {
    throw std::runtime_error("cannot read the context");
  };
  REQUIRE_THROWS_WITH(client.send(make("POST", "/x", source)), "cannot read the context");
  REQUIRE(client.send(make("GET", "/x")).status == 200);
}

TEST_CASE("a socket that is not there is unreachable, and says what to look at", "[http]") {
  Client client(unix_endpoint("/nowhere/docker.sock"));
  const auto error = test::error_of([&] { client.send(make("GET", "/_ping")); });
  REQUIRE(error.kind() == Kind::unreachable);
  REQUIRE(error.message() ==
          "cannot connect to unix:///nowhere/docker.sock: No such file or directory");
  REQUIRE(error.hint() == "is the Docker Engine running there?");
}

TEST_CASE("a socket whose path is too long is unreachable", "[http]") {
  Client client(unix_endpoint("/" + std::string(200, 'x')));
  REQUIRE(test::error_of([&] { client.send(make("GET", "/_ping")); }).kind() == Kind::unreachable);
}

TEST_CASE("an answer that ends too early is unreachable, never short", "[http]") {
  const auto text = GENERATE(as<std::string>{}, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
                             "HTTP/1.1 200 OK\r\nContent-Le");
  FakeServer server([&](int fd) {
    read_head(fd);
    write_all(fd, text);
  });
  auto client = client_of(server);
  std::string got;
  const bool with_sink = GENERATE(true, false);
  const auto error = test::error_of([&] {
    client.send(make("POST", "/build"),
                with_sink ? BodySink([&](std::string_view piece) { got += piece; }) : BodySink());
  });
  REQUIRE(error.kind() == Kind::unreachable);
  REQUIRE_THAT(error.message(), ContainsSubstring("POST /build: the connection to unix://" +
                                                  server.path() + " broke off: "));
}

TEST_CASE("a peer that closes without an answer: a POST is not sent again", "[http]") {
  std::atomic<int> requests{0};
  FakeServer server([&](int fd) {
    if (!read_head(fd).empty()) ++requests;
  });
  auto client = client_of(server);
  const auto error = test::error_of([&] { client.send(make("POST", "/services/create")); });
  REQUIRE(error.kind() == Kind::unreachable);
  REQUIRE(error.message() ==
          fmt::format("POST /services/create: the connection to unix://{} broke off: "
                      "Empty reply from server",
                      server.path()));
  REQUIRE(requests == 1);
}

TEST_CASE("a kept connection that the peer closes: a GET goes over a new one, a POST never used it",
          "[http]") {
  std::atomic<int> requests{0};
  FakeServer server(
      [&](int fd) {  // answers one request a connection, and drops the connection at the second
        read_head(fd);
        ++requests;
        write_all(fd, answer_text("ok"));
        if (!read_head(fd).empty()) ++requests;
      });
  auto client = client_of(server);
  client.send(make("GET", "/a"));
  REQUIRE(client.send(make("GET", "/b")).body == "ok");
  REQUIRE(requests == 3);
  REQUIRE(client.send(make("POST", "/c", body_of("x"))).status == 200);
  REQUIRE(requests == 4);
}

TEST_CASE("stop ends a waiting request at once", "[http]") {
  std::mutex mutex;
  std::condition_variable changed;
  bool asked = false;
  FakeServer server([&](int fd) {
    read_head(fd);
    {
      const std::lock_guard lock(mutex);
      asked = true;
    }
    changed.notify_all();
    read_head(fd);  // never answers; ends when the client hangs up
  });
  auto client = client_of(server);
  std::stop_source stop;
  std::chrono::steady_clock::time_point stopped;
  std::jthread stopper([&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return asked; });
    stopped = std::chrono::steady_clock::now();
    stop.request_stop();
  });
  const auto error = test::error_of([&] { client.send(make("GET", "/x"), {}, stop.get_token()); });
  const auto felt = std::chrono::steady_clock::now() - stopped;
  REQUIRE(error.kind() == Kind::interrupted);
  REQUIRE(error.message() == "interrupted");
  REQUIRE(felt < std::chrono::milliseconds(200));
}

TEST_CASE("a stop that came before sends nothing", "[http]") {
  FakeServer server(answering([](const std::string&) { return answer_text("ok"); }));
  auto client = client_of(server);
  std::stop_source stop;
  stop.request_stop();
  REQUIRE(test::error_of([&] { client.send(make("GET", "/x"), {}, stop.get_token()); }).kind() ==
          Kind::interrupted);
  REQUIRE(server.connections() == 0);
}

TEST_CASE("many threads share one client", "[http]") {
  FakeServer server(answering(
      [](const std::string& head) { return answer_text(head.substr(0, head.find(" HTTP"))); }));
  auto client = client_of(server);
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          const auto path = fmt::format("/{}/{}", t, i);
          if (client.send(make("GET", path)).body == "GET " + path) ++good;
        }
      });
    }
  }
  REQUIRE(good == 160);
  REQUIRE(server.connections() <= 8);
}

TEST_CASE("an early refusal ends the sending of a long body", "[http]") {
  FakeServer server([](int fd) {
    read_head(fd);
    write_all(fd, answer_text("{\"message\":\"invalid reference format\"}", 500,
                              "Connection: close\r\n"));
    ::shutdown(fd, SHUT_WR);
    std::string sink(100'000, '\0');
    while (::recv(fd, sink.data(), sink.size(), 0) > 0) {
    }
  });
  auto client = client_of(server);
  BodySource endless;
  endless.next = [](char* buffer, std::size_t size) {
    std::fill(buffer, buffer + size, 'x');
    return size;
  };
  const auto answer = client.send(make("POST", "/build", endless));
  REQUIRE(answer.status == 500);
  REQUIRE(answer.body == "{\"message\":\"invalid reference format\"}");
}

TEST_CASE("an interim 100 is no answer", "[http]") {
  FakeServer server(answering([](const std::string&) {
    return "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n" + answer_text("ok");
  }));
  auto client = client_of(server);
  const auto answer = client.send(make("GET", "/x"));
  REQUIRE(answer.status == 200);
  REQUIRE(answer.header("X-Interim").empty());
}

}  // namespace
/// How long it took to the millisecond, and how many bytes came by then, is the machine's matter.
std::string timed_out(const std::string& message) {
  std::smatch match;
  const std::regex words(
      "Operation timed out after ([0-9]+) milliseconds with [0-9]+ out of 100000 bytes received");
  if (!std::regex_search(message, match, words)) return "Operation timed out";
  CHECK(std::stoi(match[1]) >= 1000);
  return match[0];
}

TEST_CASE("an engine that is silent, or drips, is unreachable after the request's patience",
          "[http]") {
  std::atomic<bool> over = false;
  const auto serve = [&](bool drip) {
    return [&over, drip](int fd) {
      static_cast<void>(test::read_head(fd));
      if (drip) write_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
      while (!over) {
        if (drip) write_all(fd, "xxxxxxxxxx");
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    };
  };
  const bool drip = GENERATE(false, true);
  FakeServer server(serve(drip));
  auto client = client_of(server);
  auto request = make("GET", "/services");
  if (drip) {
    request.patience = {.silence = std::chrono::seconds(60), .total = std::chrono::seconds(1)};
  } else {
    request.patience = {.silence = std::chrono::seconds(1), .total = std::chrono::seconds(0)};
  }
  const auto error = test::error_of([&] { client.send(request); });
  over = true;
  CHECK(error.kind() == Kind::unreachable);
  CHECK(error.message() ==
        "GET /services: no whole answer from unix://" + server.path() + " in time (" +
            (drip ? timed_out(error.message())
                  : "Operation too slow. Less than 1 bytes/sec transferred the last 1 seconds") +
            ")");
  CHECK(error.hint() == "does it hang? its log says more");
}

TEST_CASE("an upgrade that is never answered is unreachable", "[http]") {
  std::atomic<bool> over = false;
  FakeServer server([&](int fd) {
    static_cast<void>(test::read_head(fd));
    while (!over) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  });
  auto client = client_of(server);
  auto request = make("POST", "/session");
  request.patience.silence = std::chrono::seconds(1);
  const auto error = test::error_of([&] { client.upgrade(request); });
  over = true;
  CHECK(error.message() == "no answer from unix://" + server.path() + " within 1 s");
}

TEST_CASE("an upgrade whose answer drips is unreachable after the request's patience", "[http]") {
  std::atomic<bool> over = false;
  FakeServer server([&](int fd) {
    static_cast<void>(test::read_head(fd));
    write_all(fd, "HTTP/1.1 400 Bad\r\nContent-Length: 100000\r\n\r\n");
    while (!over) {
      write_all(fd, "x");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  auto client = client_of(server);
  auto request = make("POST", "/session");
  request.patience = {.silence = std::chrono::seconds(60), .total = std::chrono::seconds(1)};
  const auto error = test::error_of([&] { client.upgrade(request); });
  over = true;
  CHECK(error.message() == "no answer from unix://" + server.path() + " within 1 s");
}

}  // namespace skep::http
