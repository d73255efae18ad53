// How long a task must run before it counts.
#include "watch/hold.hpp"

#include "support/catch.hpp"
#include "swarm/canonical.hpp"

#include <nlohmann/json.hpp>

using namespace skep;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t kNanoSecond = 1'000'000'000;

/// Of a service whose health check and monitor time are these.
Duration hold(const Json& check, const Json& monitor = nullptr, const Json& grace = nullptr) {
  Json spec = {{"Name", "s_web"}, {"TaskTemplate", {{"ContainerSpec", {{"Image", "web:2"}}}}}};
  auto& container = spec["TaskTemplate"]["ContainerSpec"];
  if (!check.is_null()) container["Healthcheck"] = check;
  if (!grace.is_null()) container["StopGracePeriod"] = grace;
  if (!monitor.is_null()) spec["UpdateConfig"] = {{"Monitor", monitor}};
  return watch::hold_of(swarm::canonical(swarm::Spec(spec)));
}

Json check(std::int64_t interval, std::int64_t timeout, std::int64_t retries,
           std::int64_t start_period = 0) {
  return {{"Test", {"CMD", "check"}},
          {"Interval", interval * kNanoSecond},
          {"Timeout", timeout * kNanoSecond},
          {"Retries", retries},
          {"StartPeriod", start_period * kNanoSecond}};
}

}  // namespace

TEST_CASE("without a health check a task holds for its monitor time, ten seconds at least",
          "[watch]") {
  CHECK(hold(nullptr) == 10s);
  CHECK(hold(nullptr, 2 * kNanoSecond) == 10s);
  CHECK(hold(nullptr, 0) == 10s);
  CHECK(hold(nullptr, 15 * kNanoSecond) == 16s);
  CHECK(hold(nullptr, 120 * kNanoSecond) == 121s);
  CHECK(hold({{"Test", {"NONE"}}}, 2 * kNanoSecond) == 10s);
}

TEST_CASE("a health check that the monitor time is too short for has the time to fail", "[watch]") {
  CHECK(hold(check(2, 2, 3), 2 * kNanoSecond) == 24s);     // 6, the timeouts, 2, the stop grace
  CHECK(hold(check(2, 2, 3), 2 * kNanoSecond, 0) == 14s);  // killed at once
  CHECK(hold(check(10, 5, 3), 5 * kNanoSecond) == 57s);
  CHECK(hold(check(10, 10, 3), 5 * kNanoSecond) == 60s);   // not longer than a minute
  CHECK(hold(check(1, 1, 1), 5 * kNanoSecond, 0) == 10s);  // not shorter than ten seconds
  CHECK(hold({{"Interval", 2 * kNanoSecond}, {"Timeout", kNanoSecond}}) ==
        21s);  // the image's own, 3 times
}

TEST_CASE("a monitor time in which the health check can fail is taken as it is", "[watch]") {
  CHECK(hold(check(3, 10, 3, 30), 15 * kNanoSecond, 30 * kNanoSecond) == 16s);   // templates/web
  CHECK(hold(check(10, 10, 3, 30), 30 * kNanoSecond, 30 * kNanoSecond) == 31s);  // templates/worker
  CHECK(hold(check(10, 10, 3, 30), 29 * kNanoSecond, 30 * kNanoSecond) == 60s);
}

TEST_CASE("a health check that cannot fail within a minute is not waited for", "[watch]") {
  CHECK(hold({{"Test", {"CMD", "check"}}}) == 10s);  // the engine's 30 s, three times
  CHECK(hold(check(20, 1, 3)) == 10s);
  CHECK(hold(check(19, 1, 3)) == 60s);
  CHECK(hold(check(1, 1, 1'000'000'000'000)) == 10s);
  CHECK(hold(check(9'000'000'000, 9'000'000'000, 2)) == 10s);
}
