#include "base/random.hpp"
#include "engine/configs.hpp"
#include "release/release.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace skep::release {
namespace {

constexpr Duration kHeartbeat = std::chrono::seconds(10);
constexpr Duration kExpiry = std::chrono::seconds(60);
constexpr Duration kPoll = std::chrono::seconds(1);
constexpr const char* kLockKind = "lock";
constexpr const char* kHolderLabel = "skep.holder";
constexpr const char* kRunLabel = "skep.run";
constexpr const char* kSinceLabel = "skep.since";
constexpr const char* kBeatLabel = "skep.beat";
constexpr const char* kHeld = "held";
constexpr const char* kFree = "free";

std::string label(const swarm::Config& config, const char* key) {
  const auto found = config.labels.find(key);
  return found == config.labels.end() ? "" : found->second;
}

bool held(const swarm::Config& config) {
  return label(config, swarm::kStateLabel) == kHeld;
}

Holder holder_of(const swarm::Config& config) {
  return {label(config, kHolderLabel), label(config, kRunLabel), label(config, kSinceLabel),
          label(config, swarm::kStateLabel)};
}

swarm::Labels freed(const swarm::Config& config) {
  swarm::Labels labels = config.labels;
  labels[swarm::kStateLabel] = kFree;
  return labels;
}

/// How long the holder of a lock has been silent. Judged by watching whether UpdatedAt moves, over
/// our own CLOCK_BOOTTIME: then no two clocks need to agree. What is new is as alive as if it had
/// been confirmed just now.
class Silence {
 public:
  Duration seen(const swarm::Config& config, TimePoint now) {
    if (config.updated != updated_) {
      moved_ = !updated_.empty();
      updated_ = config.updated;
      since_ = now;
    }
    return now - since_;
  }
  /// It was confirmed while we looked: somebody is alive there.
  bool alive() const { return moved_; }

 private:
  std::string updated_;
  TimePoint since_{};
  bool moved_ = false;
};

}  // namespace

struct Lock::State {
  State(engine::Transport& transport, Clock& time, EventSink& sink, std::string stack_name)
      : engine(transport), clock(time), events(sink), stack(std::move(stack_name)) {}

  /// A label update with the version read last: a compare-and-swap. False when somebody else
  /// changed the lock.
  bool swap(const swarm::Labels& labels, std::stop_token stop) {
    const TimePoint asked = clock.now();
    try {
      engine::set_config_labels(engine, config, labels, stop);
    } catch (const Error& error) {
      if (error.kind() == Kind::conflict || error.kind() == Kind::not_found) return false;
      throw;
    }
    const auto now = engine::find_config(engine, config.id, stop);
    // Somebody may have taken it between our write and this look only if we had been silent for the
    // whole expiry.
    if (!now || label(*now, kRunLabel) != run) return false;
    config = *now;
    confirmed = asked;
    return true;
  }

  bool beat(std::stop_token stop) {
    swarm::Labels labels = config.labels;
    labels[kBeatLabel] = std::to_string(++beats);
    return swap(labels, stop);
  }

  void keep_beating(std::stop_token stop) {
    // Real time, not the Clock: a test's clock passes at once, and this thread would never rest.
    std::unique_lock guard(mutex);
    while (!lost &&
           !resting.wait_for(guard, stop, kHeartbeat, [&stop] { return stop.stop_requested(); })) {
      try {
        if (!beat(stop)) lost = true;
      } catch (const Error& error) {
        if (error.kind() == Kind::interrupted) return;
        // The engine did not answer this time; confirm() judges by age whether the lock still
        // counts.
      }
    }
  }

  engine::Transport& engine;
  Clock& clock;
  EventSink& events;
  std::string stack;
  std::string run = random_hex(8);
  std::mutex mutex;
  std::condition_variable_any resting;
  swarm::Config config;
  TimePoint confirmed{};
  std::uint64_t beats = 0;
  bool lost = false;
  std::jthread heart;
};

namespace {

[[noreturn]] void is_locked(const std::string& stack, const swarm::Config& config) {
  const Holder holder = holder_of(config);
  throw Error(
      Kind::lock,
      fmt::format("stack \"{}\" is locked by {} since {}", stack, holder.holder, holder.since),
      fmt::format("wait for it with --wait-lock, or, when that release is known to be dead, `skep "
                  "unlock {}`",
                  stack));
}

}  // namespace

Lock::Lock(std::unique_ptr<State> state) : state_(std::move(state)) {}

Lock::~Lock() {
  // The heartbeat uses the state: it must have ended before that goes.
  state_->heart.request_stop();
  if (state_->heart.joinable()) state_->heart.join();
}

std::unique_ptr<Lock> Lock::take(engine::Transport& engine, Clock& clock, EventSink& events,
                                 const std::string& stack, const std::string& who, Duration wait,
                                 std::stop_token stop) {
  auto state = std::make_unique<State>(engine, clock, events, stack);
  const std::string name = swarm::lock_name(stack);
  swarm::Labels labels{{swarm::kStackLabel, stack},
                       {swarm::kKindLabel, kLockKind},
                       {swarm::kStateLabel, kHeld},
                       {kHolderLabel, who},
                       {kRunLabel, state->run},
                       {kBeatLabel, "0"},
                       {kSinceLabel, format_utc(clock.wall())}};
  const TimePoint start = clock.now();
  Silence silence;
  bool said = false;
  while (true) {
    auto config = engine::find_config(engine, name, stop);
    const TimePoint asked = clock.now();
    if (!config) {
      try {
        engine::create_config(engine, name, labels, "skep", stop);
      } catch (const Error& error) {
        if (error.kind() != Kind::conflict) throw;
        continue;  // somebody was faster
      }
      config = engine::find_config(engine, name, stop);
      if (!config || label(*config, kRunLabel) != state->run) continue;
      state->config = *config;
      state->confirmed = asked;
      break;
    }
    const bool expired = held(*config) && silence.seen(*config, asked) >= kExpiry;
    if (!held(*config) || expired) {
      if (expired)
        events.emit(Note{
            fmt::format("the lock of {} has expired; taking it over", holder_of(*config).holder)});
      state->config = *config;
      if (state->swap(labels, stop)) break;
      continue;
    }
    if (silence.alive() && asked - start >= wait) is_locked(stack, *config);
    if (!said) {
      events.emit(Note{fmt::format("stack \"{}\" is locked by {} since {}; waiting", stack,
                                   holder_of(*config).holder, holder_of(*config).since)});
      said = true;
    }
    clock.sleep(kPoll, stop);
  }
  State& running = *state;
  running.heart = std::jthread([&running](std::stop_token end) { running.keep_beating(end); });
  return std::unique_ptr<Lock>(new Lock(std::move(state)));
}

void Lock::confirm() {
  const std::lock_guard guard(state_->mutex);
  if (!state_->lost && state_->clock.now() - state_->confirmed < kExpiry / 2) return;
  if (!state_->lost && state_->beat({})) return;
  state_->lost = true;
  throw Error(Kind::lock,
              fmt::format("the lock of stack \"{}\" was lost to another run", state_->stack),
              "nothing was written after that; look at `skep status`, then release again");
}

void Lock::free() noexcept {
  state_->heart.request_stop();
  try {
    const std::lock_guard guard(state_->mutex);
    if (!state_->lost) state_->swap(freed(state_->config), {});
    state_->lost = true;
  } catch (const std::exception& error) {
    state_->events.emit(Warned{{Severity::warning,
                                {},
                                "",
                                fmt::format("the lock was not freed: {}", error.what()),
                                "it expires by itself within a minute"}});
  }
}

std::optional<Holder> lock_holder(engine::Transport& engine, const std::string& stack,
                                  std::stop_token stop) {
  const auto config = engine::find_config(engine, swarm::lock_name(stack), stop);
  if (!config || !held(*config)) return std::nullopt;
  return holder_of(*config);
}

std::optional<Holder> break_lock(engine::Transport& engine, const std::string& stack,
                                 std::stop_token stop) {
  const auto config = engine::find_config(engine, swarm::lock_name(stack), stop);
  if (!config || !held(*config)) return std::nullopt;
  engine::set_config_labels(engine, *config, freed(*config), stop);
  return holder_of(*config);
}

}  // namespace skep::release
