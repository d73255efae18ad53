#include "watch/watch.hpp"

#include "base/error.hpp"
#include "base/time_limit.hpp"
#include "base/units.hpp"
#include "engine/engine_time.hpp"
#include "engine/networks.hpp"
#include "engine/nodes.hpp"
#include "engine/services.hpp"
#include "engine/tasks.hpp"
#include "watch/evidence.hpp"
#include "watch/step.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::watch {

namespace {

// A manager that restarts, or a swarm without a leader, is back well before this.
constexpr Duration kEngineAway = std::chrono::minutes(2);

// A silent engine may hold up the last look for so long, and what is asked of a failed task.
constexpr Duration kGrace = std::chrono::seconds(2);
constexpr Duration kEvidence = std::chrono::seconds(30);

bool may_come_back(const Error& error) {
  return error.kind() == Kind::unreachable || error.kind() == Kind::unavailable;
}

class Watch {
 public:
  Watch(engine::Transport& engine, Clock& clock, EventSink& events, std::string stack,
        const Options& options, std::stop_token stop)
      : engine_(engine),
        clock_(clock),
        events_(events),
        stack_(std::move(stack)),
        options_(options),
        stop_(std::move(stop)) {}

  swarm::Outcome run(const std::vector<Expectation>& expected) {
    for (const auto& one : expected) {
      progress_[one.service].expected = one;
      progress_[one.service].hold = options_.hold;
    }
    const auto deadline = after(clock_.now(), options_.timeout);
    const auto outer = stop_;
    const auto end = within(longer(options_.timeout, kGrace), outer, [&](std::stop_token stop) {
      stop_ = std::move(stop);
      while (true) {
        if (const auto why = poll()) return End{.away = *why};
        if (is_over()) return End{.over = true};
        if (clock_.now() >= deadline) return End{};
        clock_.sleep(options_.poll, stop_);
      }
    });
    stop_ = outer;
    if (end && !end->away.empty()) return engine_away(end->away);
    return end && end->over ? verdict() : too_late();
  }

 private:
  /// Why the looking ended; neither is "the time is over".
  struct End {
    bool over = false;
    std::string away = {};  // why the engine is given up
  };

  /// One look at everything. Gives the reason back when the engine has been away for too long.
  std::optional<std::string> poll() {
    try {
      look();
      away_since_.reset();
    } catch (const Error& error) {
      if (!may_come_back(error)) throw;
      if (!away_since_) away_since_ = clock_.now();
      if (clock_.now() - *away_since_ >= kEngineAway) return error.what();
    }
    return std::nullopt;
  }

  void read_once() {
    if (names_) return;
    swarm::Names names;
    for (const auto& network : engine::list_networks(engine_, {}, stop_)) {
      names.network_name_by_id[network.id] = network.name;
      names.network_id_by_name[network.name] = network.id;
    }
    const auto time = engine::engine_time(engine_, stop_);
    if (time) offset_ = *time - clock_.wall();
    names_ = std::move(names);
  }

  void look() {
    read_once();
    const auto of_stack = engine::of_stack(stack_);
    auto services = engine::list_services(engine_, *names_, of_stack, stop_);
    const auto tasks = engine::list_tasks(engine_, of_stack, stop_);
    const auto nodes = engine::list_nodes(engine_, stop_);
    const auto now = clock_.now();
    for (auto& [name, progress] : progress_) {
      Observation seen;
      for (auto& service : services) {
        if (service.name == name) seen.service = std::move(service);
      }
      for (const auto& task : tasks) {
        if (seen.service && task.service_id == seen.service->id) seen.tasks.push_back(task);
      }
      seen.nodes = nodes;
      if (offset_) seen.engine_now = clock_.wall() + *offset_;
      seen.others_starting = others_start(name);
      const auto before = progress;
      progress = step(progress, seen, now);
      if (!done(before)) seen_[name] = std::move(seen);
      tell(before, progress);
    }
  }

  bool others_start(const std::string& name) const {
    return std::any_of(progress_.begin(), progress_.end(), [&](const auto& entry) {
      const auto& other = entry.second;
      const bool early = other.state == State::waiting || other.state == State::starting;
      return entry.first != name && early && other.failures.empty();
    });
  }

  void tell(const Progress& before, const Progress& after) {
    const bool same = before.state == after.state && before.running == after.running &&
                      before.desired == after.desired && before.detail == after.detail;
    if (same || !options_.events) return;
    events_.emit(ServiceProgress{.service = after.expected.service,
                                 .running = after.running,
                                 .desired = after.desired,
                                 .state = word(after.state),
                                 .detail = after.detail});
  }

  /// All are done, or one has failed; a rollback of the engine that goes on is let end first.
  bool is_over() const {
    bool failed = false;
    bool all = true;
    bool rolling_back = false;
    for (const auto& [name, progress] : progress_) {
      if (!done(progress)) all = false;
      if (done(progress) && !good(progress)) failed = true;
      if (progress.state == State::rolling_back) rolling_back = true;
    }
    return all || (failed && !rolling_back);
  }

  swarm::Outcome base() const {
    swarm::Outcome outcome;
    for (const auto& [name, progress] : progress_) outcome.services[name] = word(progress.state);
    return outcome;
  }

  swarm::Outcome verdict() {
    auto outcome = base();
    outcome.good = true;
    for (const auto& [name, progress] : progress_) {
      if (!done(progress) || good(progress)) continue;
      const auto text = describe(progress);
      if (outcome.good) outcome.cause = progress.cause;
      outcome.message = outcome.good ? text : fmt::format("{}; {}", outcome.message, text);
      outcome.good = false;
    }
    return outcome;
  }

  swarm::Outcome too_late() {
    auto outcome = base();
    outcome.cause = Cause::deadline;
    outcome.message = fmt::format("not healthy after {}", format_duration(options_.timeout));
    for (const auto& [name, progress] : progress_) {
      if (!good(progress)) outcome.message += "; " + describe(progress);
    }
    return outcome;
  }

  swarm::Outcome engine_away(const std::string& why) const {
    auto outcome = base();
    outcome.cause = Cause::engine;
    outcome.message =
        fmt::format("the engine has not answered for {}: {}", format_duration(kEngineAway), why);
    return outcome;
  }

  /// One line about a service that is not good, and all that is known of its task as an event.
  std::string describe(const Progress& progress) {
    auto text =
        fmt::format("service \"{}\" is {}", progress.expected.service, word(progress.state));
    if (!progress.detail.empty()) text += ": " + progress.detail;
    if (!progress.bad_task) return text;
    const auto found = within(kEvidence, stop_, [&](std::stop_token stop) {
      return evidence_of(engine_, progress, seen_[progress.expected.service], std::move(stop));
    });
    if (!found) return text;
    const auto& told = *found;
    if (options_.events) events_.emit(told);
    if (!told.logs.empty()) text += fmt::format("; its last line: {}", told.logs.back());
    return text;
  }

  engine::Transport& engine_;
  Clock& clock_;
  EventSink& events_;
  std::string stack_;
  Options options_;
  std::stop_token stop_;
  std::map<std::string, Progress> progress_;
  std::map<std::string, Observation> seen_;  // the last look, for the evidence
  std::optional<swarm::Names> names_;
  std::optional<Duration> offset_;  // the engine's clock minus ours
  std::optional<TimePoint> away_since_;
};

}  // namespace

swarm::Outcome watch(engine::Transport& engine, Clock& clock, EventSink& events,
                     const std::string& stack, const std::vector<Expectation>& expected,
                     const Options& options, std::stop_token stop) {
  return Watch(engine, clock, events, stack, options, std::move(stop)).run(expected);
}

}  // namespace skep::watch
