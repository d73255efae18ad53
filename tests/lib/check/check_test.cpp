#include "check/check.hpp"

#include "support/catch.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_server.hpp"

#include <fmt/format.h>

#include <atomic>

namespace skep::check {
namespace {

using namespace std::chrono_literals;
using test::answer_text;
using test::FakeClock;
using test::FakeServer;
using test::read_head;
using test::write_all;

class Tried : public EventSink {
 public:
  void emit(const Event& event) override { all.push_back(std::get<CheckTried>(event)); }
  std::vector<CheckTried> all;
};

/// Gives its answers one after the other; the last one for ever.
FakeServer::Handler in_turn(std::vector<std::string> answers) {
  auto next = std::make_shared<std::atomic<std::size_t>>(0);
  return [next, answers = std::move(answers)](int fd) {
    if (read_head(fd).empty()) return;
    write_all(fd, answers[std::min(next->fetch_add(1), answers.size() - 1)]);
  };
}

Check check_of(const FakeServer& server, std::string path = "/kittens") {
  Check check;
  check.url = "http://kittenapi.example.com" + path;
  check.connect = server.tcp_address();
  check.loc = {.file = "skep.yml", .line = 12, .column = 5};
  return check;
}

std::vector<Result> run_for(const std::vector<Check>& checks, Duration time, FakeClock& clock,
                            Tried& tried) {
  return run(checks, clock, tried, clock.now() + time, {});
}

TEST_CASE("a check that answers as wanted is tried once", "[check]") {
  FakeServer server(in_turn({answer_text("[]")}));
  FakeClock clock;
  Tried tried;
  const auto results = run_for({check_of(server)}, 60s, clock, tried);
  REQUIRE(results == std::vector<Result>{{.url = "http://kittenapi.example.com/kittens",
                                          .good = true,
                                          .status = 200,
                                          .detail = "status 200",
                                          .tries = 1,
                                          .loc = {.file = "skep.yml", .line = 12, .column = 5}}});
  REQUIRE(tried.all.size() == 1);
  REQUIRE(tried.all[0].good);
  REQUIRE(clock.sleeps().empty());
}

TEST_CASE("a route that the gateway does not know yet is waited for", "[check]") {
  FakeServer server(in_turn({answer_text("404 page not found\n", 404),
                             answer_text("Bad Gateway", 502), answer_text("[]")}));
  FakeClock clock;
  Tried tried;
  const auto results = run_for({check_of(server)}, 60s, clock, tried);
  REQUIRE(results[0].good);
  REQUIRE(results[0].tries == 3);
  REQUIRE(clock.sleeps() == std::vector<Duration>{1s, 1s});
  REQUIRE(tried.all.size() == 3);
  REQUIRE(tried.all[0].detail == "status 404, wanted 200");
  REQUIRE(tried.all[0].status == 404);
  REQUIRE_FALSE(tried.all[0].good);
}

TEST_CASE("at the deadline the last answer is told, and every check was tried", "[check]") {
  FakeServer bad(in_turn({answer_text("no", 503)}));
  FakeServer good(in_turn({answer_text("[]")}));
  FakeClock clock;
  Tried tried;
  auto created = check_of(bad, "/create");
  created.status = {200, 201};
  const auto results = run_for({created, check_of(good)}, 2500ms, clock, tried);
  REQUIRE_FALSE(results[0].good);
  REQUIRE(results[0].detail == "status 503, wanted 200 or 201");
  REQUIRE(results[0].status == 503);
  REQUIRE(results[0].tries == 3);
  REQUIRE(results[1].good);
  REQUIRE(results[1].tries == 1);
  REQUIRE(clock.sleeps() == std::vector<Duration>{1s, 1s, 500ms});
  const auto none_left = run_for({created, check_of(good)}, 0s, clock, tried);
  REQUIRE(none_left[0].tries == 1);
  REQUIRE(none_left[1].good);
}

TEST_CASE("the body must hold what is wanted", "[check]") {
  FakeServer server(in_turn({answer_text(std::string(119, 'x') + "ä\n"), answer_text("", 200),
                             answer_text("a\nb"), answer_text("{\"ok\":true}")}));
  FakeClock clock;
  Tried tried;
  auto check = check_of(server);
  check.contains = "ok";
  const auto results = run_for({check}, 60s, clock, tried);
  REQUIRE(results[0].good);
  REQUIRE(tried.all[0].detail ==
          "status 200, but the body does not hold \"ok\": " + std::string(119, 'x') + "…");
  REQUIRE(tried.all[1].detail == "status 200, but the body is empty");
  REQUIRE(tried.all[2].detail == "status 200, but the body does not hold \"ok\": a b");
}

TEST_CASE("method, headers and body are sent", "[check]") {
  std::string head;
  FakeServer server([&](int fd) {
    head = read_head(fd);
    write_all(fd, answer_text("", 201));
  });
  FakeClock clock;
  Tried tried;
  auto check = check_of(server);
  check.method = "POST";
  check.headers = {{"Content-Type", "application/json"}};
  check.body = "{\"name\":\"Tom\"}";
  check.status = {201};
  REQUIRE(run_for({check}, 60s, clock, tried)[0].good);
  REQUIRE_THAT(head,
               ContainsSubstring("POST /kittens HTTP/1.1\r\nHost: kittenapi.example.com\r\n"));
  REQUIRE_THAT(head, ContainsSubstring("Content-Type: application/json\r\n"));
  REQUIRE_THAT(head, ContainsSubstring("Content-Length: 14\r\n"));
}

TEST_CASE("no answer is told with its reason", "[check]") {
  FakeClock clock;
  Tried tried;
  Check check;
  check.url = "http://kittenapi.example.com/kittens";
  check.connect = "127.0.0.1:1";
  const auto results = run_for({check}, 2s, clock, tried);
  REQUIRE_FALSE(results[0].good);
  REQUIRE(results[0].status == 0);
  REQUIRE(results[0].detail == "GET http://kittenapi.example.com/kittens: Connection refused");
  REQUIRE(results[0].tries == 2);
}

TEST_CASE("stop ends the checks", "[check]") {
  FakeServer server(in_turn({answer_text("no", 503)}));
  FakeClock clock;
  Tried tried;
  std::stop_source stop;
  stop.request_stop();
  REQUIRE_THROWS_WITH(run({check_of(server)}, clock, tried, clock.now() + 60s, stop.get_token()),
                      "interrupted");
  REQUIRE(tried.all.empty());
}

}  // namespace
}  // namespace skep::check
