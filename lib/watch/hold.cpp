#include "watch/hold.hpp"

#include "watch/tasks.hpp"

#include <algorithm>

namespace skep::watch {

namespace {

// An update says "updating" until its last task was monitored; polls see it up to a second late.
constexpr Duration kSlack = std::chrono::seconds(1);
// moby daemon/health.go: what counts where nothing is said, or 0.
constexpr Duration kProbeInterval = std::chrono::seconds(30);
constexpr Duration kProbeTimeout = std::chrono::seconds(30);
constexpr std::uint64_t kProbeRetries = 3;
// defaultGossipConvergeDelay of controller.go: between "unhealthy" and the stop.
constexpr Duration kGossip = std::chrono::seconds(2);

/// A time of the health check; more than kMaximumHold makes no difference.
Duration probe_time(const swarm::Spec& spec, const char* key, Duration otherwise) {
  const auto time =
      time_at(spec, {"TaskTemplate", "ContainerSpec", "Healthcheck", key}, Duration{});
  return time <= Duration{} ? otherwise : std::min(time, kMaximumHold);
}

/// `count` of them, at most kMaximumHold.
Duration together(std::uint64_t count, Duration each) {
  const auto most = static_cast<std::uint64_t>(kMaximumHold / each);
  return count > most ? kMaximumHold : each * static_cast<std::int64_t>(count);
}

}  // namespace

Duration hold_of(const swarm::Spec& spec) {
  const Duration monitor(spec.monitor());
  const auto hold = std::max(longer(monitor, kSlack), kMinimumHold);
  if (!spec.has_health_check()) return hold;
  const auto said =
      count_at(spec.json(), {"TaskTemplate", "ContainerSpec", "Healthcheck", "Retries"});
  const auto retries = said == 0 ? kProbeRetries : said;
  // When each probe fails at once, and when each takes its whole timeout.
  const auto soonest = together(retries, probe_time(spec, "Interval", kProbeInterval));
  const auto latest = soonest + together(retries, probe_time(spec, "Timeout", kProbeTimeout)) +
                      kGossip + std::min(stop_grace(spec), kMaximumHold);
  const bool seen_by_monitor = monitor >= std::max(soonest, kMinimumHold);
  if (seen_by_monitor || soonest >= kMaximumHold) return hold;
  return std::max(hold, std::min(latest, kMaximumHold));
}

}  // namespace skep::watch
