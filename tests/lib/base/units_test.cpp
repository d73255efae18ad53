#include "base/units.hpp"

#include "support/catch.hpp"

#include <map>

using namespace skep;
using namespace std::chrono_literals;

TEST_CASE("durations are Go's", "[base]") {
  const std::map<std::string, Duration> good = {
      {"0", 0ns},
      {"5s", 5s},
      {"30s", 30s},
      {"1478s", 1478s},
      {"-5s", -5s},
      {"+5s", 5s},
      {"-0", 0ns},
      {"5.0s", 5s},
      {"5.6s", 5600ms},
      {"5.s", 5s},
      {".5s", 500ms},
      {"1.004s", 1004ms},
      {"1h30m", 90min},
      {"10ns", 10ns},
      {"11us", 11us},
      {"12\u00b5s", 12us},
      {"12\u03bcs", 12us},
      {"13ms", 13ms},
      {"3h30m", 210min},
      {"10.5s4m", 4min + 10500ms},
      {"0.3333333333333333333h", 20min},
      {"9223372036854775807ns", Duration::max()},
  };
  for (const auto& [text, value] : good) {
    INFO(text);
    REQUIRE(parse_duration(text));
    CHECK(parse_duration(text)->count() == value.count());
  }
  for (const std::string text : {"", "3", "-", "s", ".", "-.", ".s", "+.s", "1d", "1s ", " 1s",
                                 "9223372036854775808ns", "3000000h", "1.5", "--1s"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("durations are printed as Go prints them", "[base]") {
  CHECK(format_duration(0ns) == "0s");
  CHECK(format_duration(1ns) == "1ns");
  CHECK(format_duration(1100ns) == "1.1\u00b5s");
  CHECK(format_duration(2200us) == "2.2ms");
  CHECK(format_duration(3300ms) == "3.3s");
  CHECK(format_duration(4min + 5s) == "4m5s");
  CHECK(format_duration(4min + 5001ms) == "4m5.001s");
  CHECK(format_duration(5h + 6min + 7001ms) == "5h6m7.001s");
  CHECK(format_duration(8min + 1ns) == "8m0.000000001s");
  CHECK(format_duration(1h) == "1h0m0s");
  CHECK(format_duration(-90s) == "-1m30s");
  CHECK(format_duration(Duration::max()) == "2562047h47m16.854775807s");
  CHECK(format_duration(Duration::min()) == "-2562047h47m16.854775808s");
}

TEST_CASE("sizes are docker's", "[base]") {
  const std::map<std::string, std::int64_t> good = {
      {"32", 32},
      {"32b", 32},
      {"32B", 32},
      {"32k", 32 * 1024},
      {"32K", 32 * 1024},
      {"32kb", 32 * 1024},
      {"32Kb", 32 * 1024},
      {"32kib", 32 * 1024},
      {"32Mb", 33554432},
      {"32Gb", 34359738368},
      {"32Tb", 35184372088832},
      {"32Pb", 36028797018963968},
      {"32.5kB", 33280},
      {"32.5 kB", 33280},
      {"32.5 B", 32},
      {"0.3 K", 307},
      {".3kB", 307},
      {"0.", 0},
      {"100 kb", 102400},
      {"1.5GiB", 1610612736},
      {"64m", 67108864},
  };
  for (const auto& [text, value] : good) {
    INFO(text);
    CHECK(parse_size(text) == value);
  }
  for (const std::string text : {"", "hello", ".", " ", "-32", "-32kb", "32mm", "32 mb ", "32m b",
                                 "32bm", "32kbb", "32ki", "32 pebibyte", "9000000P", "1e400"}) {
    INFO(text);
    CHECK_FALSE(parse_size(text));
  }
}

TEST_CASE("sizes for people", "[base]") {
  CHECK(format_size(0) == "0 B");
  CHECK(format_size(999) == "999 B");
  CHECK(format_size(1500000) == "1.5 MB");
  CHECK(format_size(123456789) == "123.5 MB");
}
