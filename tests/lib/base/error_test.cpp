#include "base/error.hpp"

#include "base/time_limit.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

#include <map>
#include <new>
#include <system_error>

using namespace skep;

TEST_CASE("every exception is an Error that says what to do", "[base]") {
  const auto fault = test::error_of([] { only_errors([] { std::map<int, int>().at(1); }); });
  CHECK(fault.kind() == Kind::internal);
  CHECK(fault.message() == "skep itself failed: map::at");
  CHECK(fault.hint() == "this is a fault of skep: please report it with the command that was run");
  CHECK(as_error(std::bad_alloc()).message() == "there is no memory left");
  const std::system_error thread(std::make_error_code(std::errc::resource_unavailable_try_again),
                                 "thread");
  CHECK(as_error(thread).message() == "the system gives skep no thread");
  CHECK(as_error(thread).hint() == "raise the limit of processes");
  const Error error(Kind::check, "own", "hint");
  CHECK(as_error(error).kind() == Kind::check);
  CHECK(as_error(error).hint() == "hint");
}

TEST_CASE("work has a time, and a stop from outside is another thing", "[base]") {
  using namespace std::chrono_literals;
  SystemClock clock;
  const auto forever = [&](const std::stop_token& stop) {
    clock.sleep(1h, stop);
    return 1;
  };
  CHECK(within(1h, {}, [](const std::stop_token&) { return 7; }) == 7);
  CHECK(within(1ms, {}, forever) == std::nullopt);
  CHECK(within(Duration::max(), {},
               [](const std::stop_token& stop) { return stop.stop_requested(); }) == false);
  std::stop_source outside;
  outside.request_stop();
  CHECK(test::error_of([&] { within(1h, outside.get_token(), forever); }).kind() ==
        Kind::interrupted);
}

TEST_CASE("a deadline that is beyond all time is the end of time", "[base]") {
  const TimePoint now{std::chrono::hours(5)};
  CHECK(after(now, Duration::max()) == TimePoint::max());
  CHECK(after(now, std::chrono::hours(1)) == TimePoint{std::chrono::hours(6)});
  CHECK(longer(Duration::max(), std::chrono::seconds(2)) == Duration::max());
  CHECK(longer(std::chrono::seconds(1), std::chrono::seconds(2)) == std::chrono::seconds(3));
}
