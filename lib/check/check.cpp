#include "check/check.hpp"

#include "base/looks_secret.hpp"
#include "http/fetch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace skep::check {

namespace {

constexpr Duration kPause = std::chrono::seconds(1);
// A try: libcurl counts in milliseconds, and 0 is for ever.
constexpr Duration kShortest = std::chrono::milliseconds(1);
constexpr Duration kLongest = std::chrono::hours(24);
constexpr Duration kAtLeast = std::chrono::seconds(1);  // also of a first try that is late
constexpr std::size_t kShown = 120;                     // bytes of a wrong body in a message

/// The beginning of a body on one line, cut at a character of UTF-8.
std::string beginning(std::string_view body) {
  auto end = std::min(body.size(), kShown);
  while (end > 0 && end < body.size() && (static_cast<unsigned char>(body[end]) & 0xC0U) == 0x80U)
    --end;
  std::string text(body.substr(0, end));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return end < body.size() ? text + "…" : text;
}

/// What is wrong with an answer; "" when nothing is.
std::string fault(const Check& check, const http::Response& answer) {
  const auto& wanted = check.status;
  if (std::find(wanted.begin(), wanted.end(), answer.status) == wanted.end()) {
    return fmt::format("status {}, wanted {}", answer.status, fmt::join(wanted, " or "));
  }
  if (answer.body.find(check.contains) != std::string::npos) return {};
  if (answer.body.empty()) return fmt::format("status {}, but the body is empty", answer.status);
  return fmt::format("status {}, but the body does not hold \"{}\": {}", answer.status,
                     check.contains, beginning(answer.body));
}

void try_once(const Check& check, Duration most, Result& result, const std::stop_token& stop) {
  ++result.tries;
  result.status = 0;
  const http::Fetch what{.method = check.method,
                         .url = check.url,
                         .headers = check.headers,
                         .body = check.body,
                         .connect = check.connect,
                         .timeout = std::chrono::ceil<std::chrono::milliseconds>(
                             std::clamp<Duration>(check.timeout, kShortest, most)),
                         .ca_file = {}};
  try {
    const auto answer = http::fetch(what, stop);
    result.status = answer.status;
    result.detail = fault(check, answer);
  } catch (const Error& error) {
    if (error.kind() != Kind::unreachable) throw;
    result.detail = error.message();
  }
  result.good = result.detail.empty();
  if (result.good) result.detail = fmt::format("status {}", result.status);
}

}  // namespace

std::vector<Result> run(const std::vector<Check>& checks, Clock& clock, EventSink& events,
                        TimePoint deadline, std::stop_token stop) {
  std::vector<Result> results;
  for (const auto& check : checks)
    results.push_back({.url = shown_url(check.url), .detail = {}, .loc = check.loc});
  for (;;) {
    for (std::size_t i = 0; i < checks.size(); ++i) {
      auto& result = results[i];
      if (result.good || (result.tries > 0 && clock.now() >= deadline)) continue;
      const Duration left = std::min<Duration>(deadline - clock.now(), kLongest);
      try_once(checks[i], std::max(left, kAtLeast), result, stop);
      events.emit(CheckTried{result.url, result.good, result.status, result.detail});
    }
    const bool all_good =
        std::all_of(results.begin(), results.end(), [](const auto& one) { return one.good; });
    const auto left = deadline - clock.now();
    if (all_good || left <= Duration::zero()) return results;
    clock.sleep(std::min<Duration>(kPause, left), stop);
  }
}

}  // namespace skep::check
