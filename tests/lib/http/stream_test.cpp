#include "base/error.hpp"
#include "http/client.hpp"
#include "support/catch.hpp"
#include "support/fake_server.hpp"

#include <array>
#include <chrono>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace skep::http {
namespace {

using test::answer_text;
using test::FakeServer;
using test::read_head;
using test::write_all;

const Request kSession{.method = "POST",
                       .path = "/session",
                       .query = {{"session", "abc"}},
                       .headers = {{"Connection", "Upgrade"}, {"Upgrade", "h2c"}},
                       .body = {}};
constexpr const char* kSwitch =
    "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

std::string read_all(ByteStream& stream) {
  std::string text;
  std::array<char, 7> buffer{};
  while (const auto count = stream.read(buffer.data(), buffer.size()))
    text.append(buffer.data(), count);
  return text;
}

Kind kind_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.kind();
  }
  return Kind::internal;
}

TEST_CASE("an upgrade gives a two-way stream whose first bytes are not lost", "[http]") {
  std::string head;
  FakeServer server([&](int fd) {
    head = read_head(fd);
    write_all(fd, std::string(kSwitch) + "PRI * HTTP/2.0");  // the engine speaks at once
    std::string got;
    char byte = 0;
    while (::recv(fd, &byte, 1, 0) == 1) got += byte;
    write_all(fd, " echo:" + got);
  });
  Client client(unix_endpoint(server.path()));
  const auto upgraded = client.upgrade(kSession, {}, "/v1.41");
  REQUIRE(upgraded.answer.status == 101);
  REQUIRE(upgraded.answer.header("Upgrade") == "h2c");
  REQUIRE(upgraded.stream);
  pollfd waiting{upgraded.stream->fd(), POLLIN, 0};
  REQUIRE(::poll(&waiting, 1, 5000) == 1);  // nothing was read ahead, so poll sees it
  upgraded.stream->write("hello");
  upgraded.stream->shutdown_write();
  REQUIRE(read_all(*upgraded.stream) == "PRI * HTTP/2.0 echo:hello");
  REQUIRE(head ==
          "POST /v1.41/session?session=abc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\n"
          "Upgrade: h2c\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("one thread reads while another writes more than the socket holds", "[http]") {
  FakeServer server([&](int fd) {
    read_head(fd);
    write_all(fd, kSwitch);
    std::string piece(64 * 1024, '\0');
    for (auto count = ::recv(fd, piece.data(), piece.size(), 0); count > 0;
         count = ::recv(fd, piece.data(), piece.size(), 0)) {
      write_all(fd, std::string_view(piece).substr(0, static_cast<std::size_t>(count)));
    }
  });
  Client client(unix_endpoint(server.path()));
  const auto upgraded = client.upgrade(kSession);
  std::string sent;
  for (int i = 0; i < 200'000; ++i) sent += "0123456789"[i % 10];
  std::jthread writer([&] {
    for (int i = 0; i < 10; ++i) upgraded.stream->write(sent);
    upgraded.stream->shutdown_write();
  });
  std::string got;
  std::array<char, 9999> buffer{};
  while (const auto count = upgraded.stream->read(buffer.data(), buffer.size()))
    got.append(buffer.data(), count);
  REQUIRE(got.size() == 10 * sent.size());
  REQUIRE(got.substr(0, sent.size()) == sent);
}

TEST_CASE("another answer than 101 comes whole, with a length or chunked", "[http]") {
  const auto text = GENERATE(as<std::string>{}, answer_text("{\"message\":\"no\"}", 400),
                             "HTTP/1.1 400 Bad\r\nTransfer-Encoding: "
                             "chunked\r\n\r\n10\r\n{\"message\":\"no\"}\r\n0\r\n\r\n",
                             "HTTP/1.1 400 Bad\r\nTransfer-Encoding: "
                             "chunked\r\n\r\n5\r\n{\"mes\r\nb\r\nsage\":\"no\"}\r\n0\r\n\r\n");
  FakeServer server([&](int fd) {
    read_head(fd);
    write_all(fd, text);
    read_head(fd);
  });
  Client client(unix_endpoint(server.path()));
  const auto upgraded = client.upgrade(kSession);
  REQUIRE_FALSE(upgraded.stream);
  REQUIRE(upgraded.answer.status == 400);
  REQUIRE(upgraded.answer.body == "{\"message\":\"no\"}");
}

TEST_CASE("a refusal of an upgrade that is broken ends, and what there is of it is told",
          "[http]") {
  const std::string head = "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto text = GENERATE_COPY(
      head + "FFFFFFFFFFFFFFEC\r\nno", head + "FFFFFFFFFFFFFFFF\r\nno", head + "2\r\nno",
      head + "zz\r\nno", head + "-1\r\nno", head, head + "\r\n\r\n",
      std::string("HTTP/1.1 400 Bad\r\nContent-Length: -1\r\n\r\nno"),
      std::string("HTTP/1.1 400 Bad\r\nContent-Length: 99999999999999999999\r\n\r\nno"),
      std::string("HTTP/1.1 abc\r\n\r\nno"), std::string("no HTTP\r\n\r\nno"));
  FakeServer server([&](int fd) {
    read_head(fd);
    write_all(fd, text);
  });
  Client client(unix_endpoint(server.path()));
  const auto upgraded = client.upgrade(kSession);
  REQUIRE_FALSE(upgraded.stream);
  CHECK(upgraded.answer.body.size() <= 4);
}

TEST_CASE("a peer that closes before its answer to an upgrade is unreachable", "[http]") {
  FakeServer server([&](int fd) {
    read_head(fd);
    write_all(fd, "HTTP/1.1 101 UPGR");
  });
  Client client(unix_endpoint(server.path()));
  REQUIRE_THROWS_WITH(client.upgrade(kSession), "POST /session: the connection to unix://" +
                                                    server.path() +
                                                    " broke off: no whole answer came");
}

TEST_CASE("an upgrade where nobody listens is unreachable", "[http]") {
  Client client(unix_endpoint("/nowhere/docker.sock"));
  REQUIRE_THROWS_WITH(client.upgrade(kSession),
                      "cannot connect to unix:///nowhere/docker.sock: No such file or directory");
}

TEST_CASE("stop ends a waiting read of a stream, and a reset is unreachable", "[http]") {
  const bool reset = GENERATE(false, true);
  FakeServer server([&](int fd) {
    read_head(fd);
    write_all(fd, kSwitch);
    if (reset) return;
    read_head(fd);
  });
  Client client(unix_endpoint(server.path()));
  std::stop_source stop;
  const auto upgraded = client.upgrade(kSession, stop.get_token());
  char byte = 0;
  if (reset) {
    REQUIRE(upgraded.stream->read(&byte, 1) == 0);
    REQUIRE(kind_of([&] {
              for (int i = 0; i < 100; ++i) upgraded.stream->write(std::string(100'000, 'x'));
            }) == Kind::unreachable);
  } else {
    std::jthread stopper([&] { stop.request_stop(); });
    REQUIRE(kind_of([&] { upgraded.stream->read(&byte, 1); }) == Kind::interrupted);
    REQUIRE(kind_of([&] { upgraded.stream->write("x"); }) == Kind::interrupted);
  }
}

TEST_CASE("a stream outlives its client", "[http]") {
  FakeServer server([&](int fd) {
    read_head(fd);
    write_all(fd, std::string(kSwitch) + "bye");
  });
  std::unique_ptr<ByteStream> stream;
  {
    Client client(unix_endpoint(server.path()));
    stream = client.upgrade(kSession).stream;
  }
  REQUIRE(read_all(*stream) == "bye");
}

TEST_CASE("the body of an upgrade request goes with it", "[http]") {
  std::string head;
  std::string body(16, '\0');
  FakeServer server([&](int fd) {
    head = read_head(fd);
    ::recv(fd, body.data(), body.size(), MSG_WAITALL);
    write_all(fd, kSwitch);
  });
  Client client(unix_endpoint(server.path()));
  auto request = kSession;
  request.body = body_of("{\"Detach\":false}");
  REQUIRE(client.upgrade(request).answer.status == 101);
  REQUIRE_THAT(head, ContainsSubstring("Content-Length: 16\r\n"));
  REQUIRE(body == "{\"Detach\":false}");
}

}  // namespace
}  // namespace skep::http
