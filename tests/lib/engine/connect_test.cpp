#include "engine/connect.hpp"

#include "engine/call.hpp"
#include "engine/retry.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_engine.hpp"
#include "support/fake_server.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

namespace skep::engine {
namespace {

using namespace std::chrono_literals;
using test::FakeClock;
using test::FakeEngine;
using test::FakeServer;
using test::Fault;

docker::Endpoint endpoint_of(const FakeServer& server, std::string version = {}) {
  docker::Endpoint endpoint;
  endpoint.address = docker::UnixSocket{server.path()};
  endpoint.written = "unix://" + server.path();
  endpoint.source = "--host";
  endpoint.api_version = std::move(version);
  return endpoint;
}

TEST_CASE("the API version is the older of the engine's and ours, asked for once", "[engine]") {
  struct Case {
    std::string engine;
    std::string used;
  };
  const auto test = GENERATE(
      values<Case>({{"1.41", "v1.41"}, {"1.51", "v1.51"}, {"1.56", "v1.56"}, {"1.99", "v1.56"}}));
  FakeClock clock;
  FakeEngine fake(clock);
  fake.swarm().api_version = test.engine;
  FakeServer server(fake);
  const auto engine = connect(endpoint_of(server), {}, clock);
  call(*engine, get("/nodes"));
  call(*engine, get("/nodes"));
  REQUIRE(server.versions() == std::vector<std::string>{test.used, test.used});
  REQUIRE(fake.calls().size() == 3);
  REQUIRE(fake.calls()[0].line() == "GET /_ping");
}

TEST_CASE("an engine that is too old, or is none, is refused by name", "[engine]") {
  struct Case {
    std::string version;
    std::string message;
  };
  const auto test = GENERATE(values<Case>({
      {"1.40", "the engine at unix://{} (--host) is too old: it speaks API 1.40"},
      {"", "what answers at unix://{} (--host) is no Docker Engine: it says no Api-Version"},
      {"2.0", "the engine at unix://{} (--host) says Api-Version \"2.0\""},
      {"1.x", "the engine at unix://{} (--host) says Api-Version \"1.x\""},
  }));
  FakeClock clock;
  FakeEngine fake(clock);
  fake.swarm().api_version = test.version;
  FakeServer server(fake);
  const auto engine = connect(endpoint_of(server), {}, clock);
  const auto error = test::error_of([&] { call(*engine, get("/nodes")); });
  REQUIRE(error.kind() == Kind::rejected);
  REQUIRE(error.message() == fmt::format(fmt::runtime(test.message), server.path()));
}

TEST_CASE("DOCKER_API_VERSION is used without asking", "[engine]") {
  FakeClock clock;
  FakeEngine fake(clock);
  FakeServer server(fake);
  const auto given = GENERATE(as<std::string>{}, "1.44", "v1.44");
  const auto engine = connect(endpoint_of(server, given), {}, clock);
  call(*engine, get("/nodes"));
  REQUIRE(server.versions() == std::vector<std::string>{"v1.44"});
  REQUIRE(fake.calls().size() == 1);
  const auto wrong = GENERATE(as<std::string>{}, "1.40", "1.57", "latest", "1.4x");
  const auto error = test::error_of([&] { connect(endpoint_of(server, wrong), {}, clock); });
  REQUIRE(error.kind() == Kind::usage);
  REQUIRE(error.message() == fmt::format("DOCKER_API_VERSION: \"{}\" cannot be used", wrong));
  REQUIRE(error.hint() == "skep speaks the Engine API 1.41 to 1.56 (Docker Engine 20.10 to 29)");
}

TEST_CASE("an upgrade over the socket gives the stream, a refusal is the engine's", "[engine]") {
  FakeClock clock;
  FakeEngine fake(clock);
  fake.on_upgrade = [](const test::Call&, int fd) {
    char byte = 0;
    while (::read(fd, &byte, 1) == 1) {
      byte = static_cast<char>(byte + 1);
      test::write_all(fd, {&byte, 1});
    }
    ::close(fd);
  };
  FakeServer server(fake);
  const auto engine = connect(endpoint_of(server), {}, clock);
  Request request = post("/session");
  request.headers = {
      {"Connection", "Upgrade"}, {"Upgrade", "h2c"}, {"X-Docker-Expose-Session-Uuid", "u1"}};
  const auto stream = engine->upgrade(request);
  stream->write("abc");
  std::string got(3, ' ');
  for (std::size_t at = 0; at < 3;) at += stream->read(got.data() + at, 3 - at);
  REQUIRE(got == "bcd");
  REQUIRE(fake.calls().back().header("X-Docker-Expose-Session-Uuid") == "u1");

  Fault refused;
  refused.path = "/session";
  refused.message = "no sessions here";
  fake.plant(refused);
  const auto error = test::error_of([&] { engine->upgrade(request); });
  REQUIRE(error.kind() == Kind::rejected);
  REQUIRE(error.message() == "POST /session: POST /session: no sessions here");
}

TEST_CASE("an upgrade answered with 200 is rejected", "[engine]") {
  FakeServer server([](int fd) {
    while (!test::read_head(fd).empty())
      test::write_all(fd, test::answer_text("OK", 200, "Api-Version: 1.41\r\n"));
  });
  FakeClock clock;
  const auto engine = connect(endpoint_of(server), {}, clock);
  REQUIRE(test::error_of([&] { engine->upgrade(post("/session")); }).message() ==
          "POST /session: the engine did not switch protocols (status 200)");
}

// --- retry
// ------------------------------------------------------------------------------------------------------------

/// A fake behind with_retry.
struct Retried {
  FakeClock clock;
  FakeEngine* fake = new FakeEngine(clock);
  std::unique_ptr<Transport> engine = with_retry(std::unique_ptr<Transport>(fake), clock);

  void plant(int status, const std::string& message, int times,
             Fault::How how = Fault::How::answer) {
    Fault fault;
    fault.how = how;
    fault.status = status;
    fault.message = message;
    fault.times = times;
    fake->plant(fault);
  }
};

TEST_CASE("a read waits for a new leader, for about 15 s", "[engine]") {
  Retried retried;
  retried.plant(503, "rpc error: code = Unknown desc = The swarm does not have a leader.", 3);
  REQUIRE(call_json(*retried.engine, get("/services")).is_array());
  REQUIRE(retried.clock.sleeps() == std::vector<Duration>{250ms, 500ms, 1000ms});

  Retried lost;
  lost.plant(503, "The swarm does not have a leader.", -1);
  const auto error = test::error_of([&] { call(*lost.engine, get("/services")); });
  REQUIRE(error.kind() == Kind::unavailable);
  REQUIRE(error.message() == "GET /services: The swarm does not have a leader.");
  Duration waited{};
  for (const auto sleep : lost.clock.sleeps()) waited += sleep;
  REQUIRE(waited == 14750ms);
  REQUIRE(lost.fake->calls().size() == 7);
}

TEST_CASE("a node that is no manager is told at once, one that was is waited for", "[engine]") {
  const std::string gone =
      "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" …";
  Retried never;
  never.plant(503, gone, -1);
  REQUIRE(test::error_of([&] { call(*never.engine, get("/services")); }).kind() ==
          Kind::unavailable);
  REQUIRE(never.clock.sleeps().empty());

  Retried restarting;
  call(*restarting.engine, get("/services"));
  restarting.plant(503, gone, 2);
  call(*restarting.engine, get("/services"));
  REQUIRE(restarting.clock.sleeps().size() == 2);

  Retried preparing;
  preparing.plant(503,
                  "This node is not a swarm manager. Manager is being prepared or has trouble "
                  "connecting to the cluster.",
                  1);
  call(*preparing.engine, get("/services"));
  REQUIRE(preparing.clock.sleeps().size() == 1);
}

TEST_CASE("a lost connection is tried again only after the engine has answered once", "[engine]") {
  Retried first;
  first.plant(0, "", 1, Fault::How::cut_before);
  REQUIRE(test::error_of([&] { call(*first.engine, get("/services")); }).kind() ==
          Kind::unreachable);
  REQUIRE(first.clock.sleeps().empty());
  call(*first.engine, get("/services"));
  first.plant(0, "", 2, Fault::How::cut_before);
  call(*first.engine, get("/services"));
  REQUIRE(first.clock.sleeps().size() == 2);
}

TEST_CASE("a write is never sent twice", "[engine]") {
  Retried retried;
  call(*retried.engine, get("/services"));
  const auto how = GENERATE(Fault::How::cut_before, Fault::How::cut_after, Fault::How::answer);
  retried.plant(503, "The swarm does not have a leader.", 1, how);
  REQUIRE_THROWS(call(*retried.engine, post("/networks/create", Json{{"Name", "n"}})));
  REQUIRE(retried.clock.sleeps().empty());
  REQUIRE(retried.fake->calls().size() == 2);
}

TEST_CASE("other refusals are answers, not reasons to wait", "[engine]") {
  Retried retried;
  retried.plant(500, "no", -1);
  REQUIRE_THROWS(call(*retried.engine, get("/services")));
  REQUIRE(retried.clock.sleeps().empty());
}

TEST_CASE("a stream that handed something on is not begun again", "[engine]") {
  Retried retried;
  call(*retried.engine, get("/_ping"));
  retried.plant(0, "", 1, Fault::How::cut_middle);
  std::string got;
  const auto error = test::error_of([&] {
    retried.engine->send(get("/services"), [&](std::string_view piece) { got += piece; });
    retried.engine->send(get("/version"), [&](std::string_view piece) { got += piece; });
  });
  REQUIRE(error.kind() == Kind::unreachable);
  REQUIRE(retried.clock.sleeps().empty());
}

TEST_CASE("stop ends a wait between tries", "[engine]") {
  Retried retried;
  std::stop_source stop;
  retried.plant(503, "The swarm does not have a leader.", -1);
  retried.fake->before = [&](const test::Call&) {
    if (retried.fake->calls().size() == 2) stop.request_stop();
  };
  REQUIRE(test::error_of([&] {
            call(*retried.engine, get("/services"), stop.get_token());
          }).kind() == Kind::interrupted);
}

}  // namespace
}  // namespace skep::engine
