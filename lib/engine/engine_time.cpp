#include "engine/engine_time.hpp"

#include "engine/call.hpp"

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace skep::engine {

namespace {

/// "Wed, 25 Nov 2026 15:50:16 GMT", in no locale.
std::optional<WallTime> parse_http_date(const std::string& text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::array<char, 4> month{};
  unsigned day = 0;
  int year = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  const int read = std::sscanf(text.c_str(), "%*3s, %2u %3s %4d %2d:%2d:%2d GMT", &day,
                               month.data(), &year, &hour, &minute, &second);
  if (read != 6) return std::nullopt;
  for (unsigned n = 0; n < kMonths.size(); ++n) {
    if (kMonths[n] != month.data()) continue;
    const auto date = std::chrono::year(year) / std::chrono::month(n + 1) / std::chrono::day(day);
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
  }
  return std::nullopt;
}

}  // namespace

std::optional<WallTime> engine_time(Transport& engine, std::stop_token stop) {
  return parse_http_date(call(engine, get("/_ping"), std::move(stop)).header("Date"));
}

}  // namespace skep::engine
