#include "base/clock.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"

#include <thread>

using namespace skep;
using namespace std::chrono_literals;

TEST_CASE("the clock goes forward and sleeps as long as asked", "[base]") {
  SystemClock clock;
  const auto before = clock.now();
  clock.sleep(5ms, {});
  CHECK(clock.now() - before >= 5ms);
  clock.sleep(-1s, {});  // the past is over at once
  CHECK(clock.now() - before < 10s);
}

TEST_CASE("a sleep ends as soon as a stop is requested", "[base]") {
  SystemClock clock;
  std::stop_source stop;
  const auto before = clock.now();
  std::jthread other([&] { stop.request_stop(); });
  try {
    clock.sleep(1h, stop.get_token());
    FAIL("it slept on");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::interrupted);
    CHECK(error.message() == "interrupted");
  }
  CHECK(clock.now() - before < 30s);
  CHECK_THROWS_AS(clock.sleep(Duration::max(), stop.get_token()), Error);
}

TEST_CASE("times are read as the engine writes them, and written in seconds", "[base]") {
  CHECK(format_utc(parse_utc("2026-11-25T15:38:35Z")) == "2026-11-25T15:38:35Z");
  CHECK(format_utc(parse_utc("2026-11-25T15:38:35.123456789Z")) == "2026-11-25T15:38:35Z");
  CHECK(format_utc(parse_utc("2026-11-25T17:08:35+01:30")) == "2026-11-25T15:38:35Z");
  CHECK(format_utc(parse_utc("2024-02-28T23:00:00-02:00")) == "2024-02-29T01:00:00Z");
  CHECK(parse_utc("0001-01-01T00:00:00Z") == WallTime::min());
  CHECK(parse_utc("9999-12-31T23:59:59Z") == WallTime::max());
  CHECK(parse_utc("2026-11-25T15:38:35.5Z") - parse_utc("2026-11-25T15:38:35Z") == 500ms);
  CHECK(parse_utc("1970-01-01T00:00:01Z").time_since_epoch() == 1s);
}

TEST_CASE("what is no time is refused", "[base]") {
  for (const std::string text :
       {"", "2026-11-25", "2026-11-25T15:38:35", "2026-11-25T15:38:35.Z", "2026-02-30T00:00:00Z",
        "2026-11-25T24:00:00Z", "2026-11-25T15:38:35Zx", "2026-11-25T15:38:35.1234567890Z",
        "2026-11-25T15:38:35*01:00"}) {
    INFO(text);
    CHECK_THROWS_WITH(parse_utc(text), "\"" + text + "\" is no time in RFC 3339 form");
  }
}
