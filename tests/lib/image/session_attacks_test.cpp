// A build's session is asked by whoever answers at the engine's socket. Whatever comes over it, the
// session ends when the build does, in little memory, and gives no credentials but those asked for.
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "docker/config.hpp"
#include "docker/endpoint.hpp"
#include "engine/connect.hpp"
#include "image/grpc.hpp"
#include "image/proto.hpp"
#include "image/session.hpp"
#include "support/catch.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_server.hpp"
#include "support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <poll.h>
#include <random>
#include <set>
#include <sys/socket.h>

using namespace skep;
using namespace skep::image;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

// Types and flags of frames: RFC 9113, 6.
constexpr char kData = 0;
constexpr char kHeaders = 1;
constexpr char kPriority = 2;
constexpr char kReset = 3;
constexpr char kSettings = 4;
constexpr char kPush = 5;
constexpr char kPing = 6;
constexpr char kGoAway = 7;
constexpr char kWindow = 8;
constexpr char kContinuation = 9;
constexpr char kEndStream = 1;
constexpr char kEndHeaders = 4;

const std::string kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

std::string big_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    text += static_cast<char>(value >> static_cast<unsigned>(shift) & 0xFFU);
  return text;
}

std::string h2(char type, int flags, std::uint32_t stream, const std::string& payload) {
  return big_endian(payload.size(), 3) + type + static_cast<char>(flags) + big_endian(stream, 4) +
         payload;
}

std::string literal(const std::string& text) {  // HPACK, without Huffman, up to 126 bytes
  return static_cast<char>(text.size()) + text;
}

/// POST of gRPC: indexed where the static table has it, else literal and never indexed.
std::string header_block(const std::string& path) {
  return "\x83\x86\x04" + literal(path) + "\x01" + literal("localhost") + "\x0f\x10" +
         literal("application/grpc");
}

std::string request_of(std::uint32_t stream, const std::string& path, const std::string& body) {
  return h2(kHeaders, kEndHeaders, stream, header_block(path)) +
         h2(kData, kEndStream, stream, body);
}

std::string asks_for(const std::string& host) {
  std::string message;
  put_bytes(message, 1, host);
  return grpc_frame(message);
}

/// The attacker's end. What is sent is given up when the other side takes no more.
class Wire {
 public:
  explicit Wire(int fd) : fd_(fd) {}

  /// Reads what comes meanwhile, unless `deaf`. False when the other side has had enough.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      pollfd poll{.fd = fd_, .events = POLLOUT, .revents = 0};
      if (!deaf) poll.events |= POLLIN;
      if (::poll(&poll, 1, 300) <= 0) return false;
      if ((poll.revents & POLLIN) != 0 && !read()) return false;
      if ((poll.revents & POLLOUT) == 0) continue;
      const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  /// `count` times what `make(i)` gives, in pieces.
  void flood(std::uint32_t count, const std::function<std::string(std::uint32_t)>& make) {
    std::string piece;
    for (std::uint32_t i = 0; i < count; ++i) {
      piece += make(i);
      if (piece.size() < 32768 && i + 1 < count) continue;
      if (!send(piece)) return;
      piece.clear();
    }
  }
  /// Until the other side is silent.
  void drain() {
    pollfd poll{.fd = fd_, .events = POLLIN, .revents = 0};
    while (::poll(&poll, 1, 100) > 0 && read()) {
    }
  }

  bool deaf = false;

 private:
  bool read() {
    std::array<char, 16384> buffer{};
    return ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT) > 0;
  }
  int fd_;
};

/// A value of /proc/self/status in KiB.
std::size_t status_kib(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name)) return std::stoul(line.substr(name.size() + 1));
  }
  return 0;
}

struct Attacked {
  std::set<std::string> asked;  // hosts
  std::size_t grown_mib = 0;
  std::chrono::steady_clock::duration took{};
};

/// A session over the real client and a real socket, at whose other end `attack` sits.
Attacked attacked(const std::function<void(Wire&)>& attack) {
  Attacked result;
  std::mutex mutex;
  std::promise<void> over;
  std::promise<void> end;  // until then the attacker keeps its end open
  const auto ended = end.get_future().share();
  test::FakeServer server([&](int fd) {
    if (test::read_head(fd).empty()) return;
    test::write_all(fd, "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    Wire wire(fd);
    attack(wire);
    over.set_value();
    ended.wait();
  });
  test::FakeClock clock;
  docker::Endpoint endpoint;
  endpoint.address = docker::UnixSocket{server.path()};
  endpoint.api_version = "1.41";
  const auto engine = engine::connect(endpoint, {}, clock);
  std::ofstream("/proc/self/clear_refs") << "5";  // VmHWM begins anew
  const auto before = status_kib("VmRSS:");
  const auto begin = std::chrono::steady_clock::now();
  SessionOffer offer{.find_auth = [&](const std::string& host) -> std::optional<docker::Auth> {
    const std::lock_guard lock(mutex);
    result.asked.insert(host);
    return std::nullopt;
  }};
  auto session = open_session(*engine, "id", "key", std::move(offer), {});
  REQUIRE(over.get_future().wait_for(120s) == std::future_status::ready);
  session.reset();  // the build has ended
  end.set_value();
  result.took = std::chrono::steady_clock::now() - begin;
  const auto most = status_kib("VmHWM:");
  result.grown_mib = (std::max(most, before) - before) / 1024;
  return result;
}

/// Ends in words or in silence, but it ends, and small.
Attacked survives(const std::string& name, const std::function<void(Wire&)>& attack) {
  const auto result = attacked(attack);
  INFO(name << ": " << result.grown_mib << " MiB more");
  CHECK(result.took < 60s);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(result.grown_mib < 64);
#endif
  return result;
}

void greet(Wire& wire) {
  wire.send(kPreface + h2(kSettings, 0, 0, ""));
}

}  // namespace

TEST_CASE("session attack: what is no HTTP/2", "[image]") {
  std::minstd_rand random(7);
  const auto garbage = survives("garbage", [&](Wire& wire) {
    wire.flood(100'000,
               [&](std::uint32_t) { return std::string(1, static_cast<char>(random() & 0xFFU)); });
  });
  CHECK(garbage.asked.empty());
  survives("no preface", [](Wire& wire) {
    wire.send(request_of(1, kCredentials, asks_for("r")) + h2(kSettings, 0, 0, ""));
    wire.drain();
  });
  survives("HTTP/1.1", [](Wire& wire) {
    wire.send("POST " + std::string(kCredentials) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    wire.drain();
  });
  survives("half a preface, then the end", [](Wire& wire) { wire.send(kPreface.substr(0, 9)); });
  survives("a byte at a time, and cut", [](Wire& wire) {
    const auto all = kPreface + h2(kSettings, 0, 0, "") + request_of(1, kHealthCheck, "");
    for (std::size_t i = 0; i + 3 < all.size(); ++i) wire.send(all.substr(i, 1));
  });
  survives("a frame of 16 MB", [](Wire& wire) {
    greet(wire);
    wire.send(big_endian(0xFFFFFF, 3) + kData + std::string(1, '\0') + big_endian(1, 4));
    wire.flood(256, [](std::uint32_t) { return std::string(65536, 'x'); });
  });
}

TEST_CASE("session attack: floods", "[image]") {
  const auto flood = [](std::uint32_t count, auto make) {
    return [count, make](Wire& wire) {
      greet(wire);
      wire.flood(count, make);
      wire.drain();
    };
  };
  survives("SETTINGS", flood(100'000, [](std::uint32_t i) {
             return h2(kSettings, 0, 0, big_endian(4, 2) + big_endian(65535 + i % 9, 4));
           }));
  survives("PING",
           flood(100'000, [](std::uint32_t i) { return h2(kPing, 0, 0, big_endian(i, 8)); }));
  survives("RAPID RESET", flood(50'000, [](std::uint32_t i) {
             return h2(kHeaders, kEndHeaders | kEndStream, 2 * i + 1, header_block(kHealthCheck)) +
                    h2(kReset, 0, 2 * i + 1, big_endian(8, 4));
           }));
  survives("CONTINUATION", flood(2'000, [](std::uint32_t i) {
             return i == 0 ? h2(kHeaders, 0, 1, header_block(kHealthCheck))
                           : h2(kContinuation, 0, 1,
                                "\x10" + literal("x" + std::to_string(i)) +
                                    literal(std::string(100, 'y')));
           }));
  survives("CONTINUATION without a byte", flood(100'000, [](std::uint32_t i) {
             return i == 0 ? h2(kHeaders, 0, 1, "") : h2(kContinuation, 0, 1, "");
           }));
  survives("streams that stay open", flood(50'000, [](std::uint32_t i) {
             return h2(kHeaders, kEndHeaders, 2 * i + 1, header_block(kCredentials));
           }));
  survives("PRIORITY", flood(50'000, [](std::uint32_t i) {
             return h2(kPriority, 0, 2 * i + 1, big_endian(2 * i + 3, 4) + "\x10");
           }));
  survives("GOAWAY", flood(50'000, [](std::uint32_t i) {
             return h2(kGoAway, 0, 0, big_endian(0, 4) + big_endian(i % 14, 4));
           }));
  survives("frames of no known type",
           flood(50'000, [](std::uint32_t i) { return h2('\x7f', 0xFF, i, "whatever"); }));
}

TEST_CASE("session attack: bodies and windows", "[image]") {
  survives("a body of 48 MB", [](Wire& wire) {
    greet(wire);
    wire.send(h2(kHeaders, kEndHeaders, 1, header_block(kCredentials)));
    wire.flood(3072, [](std::uint32_t) { return h2(kData, 0, 1, std::string(16384, 'x')); });
    wire.drain();
  });
  survives("99 bodies that never end", [](Wire& wire) {
    greet(wire);
    for (std::uint32_t i = 0; i < 99; ++i)
      wire.send(h2(kHeaders, kEndHeaders, 2 * i + 1, header_block(kCredentials)));
    wire.flood(99 * 60, [](std::uint32_t i) {
      return h2(kData, 0, 2 * (i % 99) + 1, std::string(1024, 'x'));
    });
    wire.drain();
  });
  survives("nobody reads the answers", [](Wire& wire) {
    wire.deaf = true;
    greet(wire);
    wire.flood(30'000, [](std::uint32_t i) {
      return request_of(2 * i + 1, "/x" + std::string(100, 'y'), grpc_frame(""));
    });
  });
  survives("no window for the answers", [](Wire& wire) {
    wire.send(kPreface + h2(kSettings, 0, 0, big_endian(4, 2) + big_endian(0, 4)));
    wire.flood(20'000,
               [](std::uint32_t i) { return request_of(2 * i + 1, kHealthCheck, grpc_frame("")); });
    wire.drain();
  });
  survives("windows that overflow, and that do not grow", [](Wire& wire) {
    greet(wire);
    wire.send(h2(kHeaders, kEndHeaders, 1, header_block(kCredentials)));
    for (const std::uint32_t by : {0x7FFFFFFFU, 0x7FFFFFFFU, 0U})
      wire.send(h2(kWindow, 0, 1, big_endian(by, 4)));
    wire.send(h2(kWindow, 0, 0, big_endian(0x7FFFFFFF, 4)) + h2(kWindow, 0, 0, big_endian(0, 4)));
    wire.drain();
  });
  survives("settings beyond their range", [](Wire& wire) {
    wire.send(kPreface + h2(kSettings, 0, 0, big_endian(4, 2) + big_endian(0xFFFFFFFF, 4)) +
              h2(kSettings, 0, 0, big_endian(5, 2) + big_endian(1, 4)));
    wire.drain();
  });
  survives("a pushed stream, headers on stream 0, an even stream", [](Wire& wire) {
    greet(wire);
    wire.send(h2(kPush, kEndHeaders, 1, big_endian(2, 4) + header_block(kHealthCheck)));
    wire.send(h2(kHeaders, kEndHeaders, 0, header_block(kHealthCheck)) +
              h2(kHeaders, kEndHeaders, 2, header_block(kHealthCheck)));
    wire.drain();
  });
  survives("headers that are none", [](Wire& wire) {
    greet(wire);
    wire.send(h2(kHeaders, kEndHeaders | kEndStream, 1, std::string(5000, '\xff')));
    wire.drain();
  });
}

TEST_CASE("session attack: many questions, and broken ones", "[image]") {
  const auto many = survives("10,000 questions for credentials", [](Wire& wire) {
    greet(wire);
    wire.flood(10'000, [](std::uint32_t i) {
      return request_of(2 * i + 1, kCredentials, asks_for("r" + std::to_string(i % 7)));
    });
    wire.drain();
  });
  CHECK(many.asked.size() <= 7);
  const auto good = asks_for("r");
  const std::vector<std::string> broken = {"",
                                           "\0\0"s,
                                           grpc_frame("").substr(0, 4),
                                           "\1" + good.substr(1),
                                           good.substr(0, 6),
                                           good + "x",
                                           grpc_frame("\x0b"),
                                           grpc_frame(std::string(11, '\xff')),
                                           grpc_frame("\x0a\x7f"
                                                      "a"),
                                           grpc_frame("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"
                                                      "a"),
                                           "\0\xff\xff\xff\xff"s,
                                           grpc_frame("\x0d\1\2")};
  const auto answers = survives("broken gRPC and protocol buffers", [&](Wire& wire) {
    greet(wire);
    std::uint32_t stream = 1;
    for (const auto& body : broken) {
      wire.send(request_of(stream, kCredentials, body) + request_of(stream + 2, kGetSecret, body) +
                request_of(stream + 4, "/unknown", body));
      stream += 6;
    }
    wire.send(request_of(stream, kCredentials, good));
    wire.drain();
  });
  CHECK(answers.asked == std::set<std::string>{"r"});  // and what came before has done no harm
}

TEST_CASE("a host that is asked for in a session gets its own credentials, or none", "[image]") {
  const test::TempDir folder;
  folder.write("config.json",
               dump_json({{"auths",
                           {{"https://index.docker.io/v1/", {{"auth", base64("hub:hub-password")}}},
                            {"r.example.com:5000", {{"auth", base64("r:r-password")}}},
                            {"https://s.example.com/v2/", {{"auth", base64("s:s-password")}}}}}}));
  Env env;
  env.variables = {{"DOCKER_CONFIG", folder.path()}};
  const docker::Credentials credentials(docker::load_config(env), env);
  const auto given = [&](const std::string& host) {
    return answer(kCredentials, asks_for(host),
                  [&](const std::string& domain) { return credentials.find(domain); })
        .body;
  };
  for (const auto& [host, password] :
       std::map<std::string, std::string>{{"docker.io", "hub-password"},
                                          {"registry-1.docker.io", "hub-password"},
                                          {"r.example.com:5000", "r-password"},
                                          {"s.example.com", "s-password"}})
    CHECK_THAT(given(host), ContainsSubstring(password));
  for (const auto* host :
       {"", "docker.io.evil.example.com", "evil.docker.io", "docker.io:443", "docker.io/evil",
        "https://docker.io", "user@docker.io", "docker.io\n", "DOCKER.IO", "docker",
        "r.example.com", "r.example.com:500", "r.example.com:5000/x", "xr.example.com:5000",
        "r.example.com:5000@evil", "s.example.com:443", "example.com", "http://s.example.com"}) {
    INFO(host);
    CHECK(given(host).empty());
  }
}
