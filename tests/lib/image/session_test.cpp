#include "image/session.hpp"

#include "base/error.hpp"
#include "image/grpc.hpp"
#include "image/proto.hpp"
#include "support/catch.hpp"
#include "support/fake_engine.hpp"

#include <nghttp2/nghttp2.h>

#include <array>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <sys/socket.h>
#include <unistd.h>

using namespace skep;
using namespace skep::image;

namespace {

struct Answer {
  std::map<std::string, std::string> headers;
  std::string body;
  bool closed = false;
};

/// BuildKit's end of a session: an HTTP/2 client on a socket.
class Client {
 public:
  explicit Client(int fd) : fd_(fd) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                      std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                      std::uint8_t, void* self) {
          static_cast<Client*>(self)->answers[frame->hd.stream_id].headers[text(name, name_size)] =
              text(value, value_size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks, [](nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                      std::size_t size, void* self) {
          static_cast<Client*>(self)->answers[id].body += text(data, size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session*, std::int32_t id, std::uint32_t, void* self) {
          static_cast<Client*>(self)->answers[id].closed = true;
          return 0;
        });
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
  }
  ~Client() {
    nghttp2_session_del(session_);
    ::close(fd_);
  }

  std::int32_t ask(const std::string& path, const std::string& message) {
    bodies_.push_back({grpc_frame(message), 0});
    std::array<std::pair<std::string, std::string>, 5> headers{
        {{":method", "POST"},
         {":scheme", "http"},
         {":path", path},
         {":authority", "localhost"},
         {"content-type", "application/grpc"}}};
    std::vector<nghttp2_nv> list;
    for (auto& [name, value] : headers) {
      list.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                      reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                      NGHTTP2_NV_FLAG_NONE});
    }
    nghttp2_data_provider provider{
        .source = {.ptr = &bodies_.back()},
        .read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t size,
                            std::uint32_t* flags, nghttp2_data_source* source, void*) -> ssize_t {
          auto& [body, at] = *static_cast<std::pair<std::string, std::size_t>*>(source->ptr);
          const auto count = std::min({size, body.size() - at, std::size_t{7000}});
          std::memcpy(buffer, body.data() + at, count);
          at += count;
          if (at == body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
          return static_cast<ssize_t>(count);
        }};
    const auto id =
        nghttp2_submit_request(session_, nullptr, list.data(), list.size(), &provider, nullptr);
    flush();
    return id;
  }

  Answer wait(std::int32_t id) {
    std::array<std::uint8_t, 4096> buffer{};
    while (!answers[id].closed) {
      const auto count = ::read(fd_, buffer.data(), buffer.size());
      if (count <= 0) break;
      if (nghttp2_session_mem_recv(session_, buffer.data(), static_cast<std::size_t>(count)) < 0)
        break;
      flush();
    }
    return answers[id];
  }

  void cancel(std::int32_t id) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
    flush();
  }

  std::map<std::int32_t, Answer> answers;

 private:
  static std::string text(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
  }
  void flush() {
    const std::uint8_t* data = nullptr;
    while (const auto size = nghttp2_session_mem_send(session_, &data)) {
      if (size < 0 || ::send(fd_, data, static_cast<std::size_t>(size), MSG_NOSIGNAL) != size)
        return;
    }
  }

  int fd_;
  nghttp2_session* session_ = nullptr;
  std::list<std::pair<std::string, std::size_t>> bodies_;
};

/// Runs `daemon` as BuildKit's end; returns what the request for the session was.
test::Call with_session(FindAuth find_auth, const std::function<void(Client&)>& daemon) {
  test::FakeClock clock;
  test::FakeEngine engine(clock);
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
  engine.on_upgrade = [&](const test::Call&, int fd) {
    Client client(fd);
    daemon(client);
    const std::lock_guard lock(mutex);
    done = true;
    ended.notify_all();
  };
  const auto session = open_session(engine, "the-id", "the-key", {std::move(find_auth)}, {});
  std::unique_lock lock(mutex);
  ended.wait(lock, [&] { return done; });
  return engine.calls().front();
}

docker::Auth auth_of(const std::string& username, const std::string& password) {
  return {.username = username,
          .password = Secret(password),
          .identity_token = {},
          .server_address = {}};
}

std::string credentials_request(const std::string& host) {
  std::string message;
  put_bytes(message, 1, host);
  return message;
}

const FindAuth kAnonymous = [](const std::string&) { return std::nullopt; };

}  // namespace

TEST_CASE("a session is offered with its methods", "[image]") {
  const auto call = with_session(kAnonymous, [](Client&) {});
  CHECK(call.line() == "POST /session");
  CHECK(call.header("Upgrade") == "h2c");
  CHECK(call.header("Connection") == "Upgrade");
  CHECK(call.header("X-Docker-Expose-Session-Uuid") == "the-id");
  CHECK(call.header("X-Docker-Expose-Session-Sharedkey") == "the-key");
  std::vector<std::string> methods;
  for (const auto& [name, value] : call.headers) {
    if (name == "X-Docker-Expose-Session-Grpc-Method") methods.push_back(value);
  }
  CHECK(methods == std::vector<std::string>{kHealthCheck, kCredentials, kGetSecret});
}

TEST_CASE("a session answers over HTTP/2 as gRPC wants it", "[image]") {
  Answer health;
  Answer auth;
  Answer secret;
  Answer large;
  with_session([](const std::string& domain) { return auth_of(domain, std::string(100'000, 'p')); },
               [&](Client& client) {
                 health = client.wait(client.ask(kHealthCheck, ""));
                 auth = client.wait(client.ask(kCredentials, credentials_request("r:5000")));
                 secret = client.wait(client.ask(kGetSecret, credentials_request("x")));
                 large = client.wait(
                     client.ask(kGetSecret, credentials_request(std::string(2'000'000, 'x'))));
               });
  CHECK(health.headers.at(":status") == "200");
  CHECK(health.headers.at("content-type") == "application/grpc");
  CHECK(health.headers.at("grpc-status") == "0");
  CHECK(health.body == grpc_frame("\x08\x01"));
  std::string wanted;  // longer than a window of HTTP/2: it waits for the client to take some
  put_bytes(wanted, 1, "r:5000");
  put_bytes(wanted, 2, std::string(100'000, 'p'));
  CHECK(auth.body == grpc_frame(wanted));
  CHECK(auth.headers.at("grpc-status") == "0");
  CHECK(secret.headers.at("grpc-status") == "5");
  CHECK(secret.headers.at("grpc-message") == "there is no secret x");
  CHECK(secret.body.empty());
  CHECK(large.headers.empty());  // more than a request may be: only this stream is reset
  CHECK(large.closed);
}

TEST_CASE("a slow credential helper does not hold up the health check", "[image]") {
  std::mutex mutex;
  std::condition_variable changed;
  bool released = false;
  Answer health;
  Answer auth;
  with_session(
      [&](const std::string&) -> std::optional<docker::Auth> {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return released; });
        return auth_of("late", "pw");
      },
      [&](Client& client) {
        const auto slow = client.ask(kCredentials, credentials_request("r"));
        health = client.wait(client.ask(kHealthCheck, ""));
        {
          const std::lock_guard lock(mutex);
          released = true;
          changed.notify_all();
        }
        auth = client.wait(slow);
      });
  CHECK(health.headers.at("grpc-status") == "0");
  CHECK(auth.body.find("late") != std::string::npos);
}

TEST_CASE("a question that the engine takes back, or garbage, does no harm", "[image]") {
  std::mutex mutex;
  std::condition_variable changed;
  bool cancelled = false;
  Answer health;
  with_session(
      [&](const std::string&) -> std::optional<docker::Auth> {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return cancelled; });
        return std::nullopt;
      },
      [&](Client& client) {
        client.cancel(client.ask(kCredentials, credentials_request("r")));
        health = client.wait(client.ask(kHealthCheck, ""));
        const std::lock_guard lock(mutex);
        cancelled = true;
        changed.notify_all();
      });
  CHECK(health.headers.at("grpc-status") == "0");

  test::FakeClock clock;
  test::FakeEngine engine(clock);
  engine.on_upgrade = [](const test::Call&, int fd) {
    const std::string garbage(200, 'x');
    static_cast<void>(::send(fd, garbage.data(), garbage.size(), MSG_NOSIGNAL));
    ::close(fd);
  };
  CHECK_NOTHROW(open_session(engine, "id", "key", {kAnonymous}, {}));
}

TEST_CASE("a session ends although the engine keeps its end open", "[image]") {
  test::FakeClock clock;
  test::FakeEngine engine(clock);
  engine.on_upgrade = [](const test::Call&, int fd) {
    std::array<char, 1024> buffer{};
    while (::read(fd, buffer.data(), buffer.size()) > 0) {
    }
    ::close(fd);
  };
  CHECK_NOTHROW(open_session(engine, "id", "key", {kAnonymous}, {}));
}

TEST_CASE("an engine that refuses a session is an error with its words", "[image]") {
  test::FakeClock clock;
  test::FakeEngine engine(clock);
  engine.on_upgrade = [](const test::Call&, int fd) { ::close(fd); };
  test::Fault fault;
  fault.path = "/session";
  fault.status = 404;
  fault.message = "page not found";
  engine.plant(fault);
  CHECK_THROWS_WITH(open_session(engine, "id", "key", {kAnonymous}, {}),
                    "POST /session: page not found");
}
