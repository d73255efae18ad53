#include "release/lock.hpp"

#include "base/random.hpp"
#include "base/time_limit.hpp"
#include "engine/configs.hpp"
#include "engine/engine_time.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace skep::release {
namespace {

constexpr Duration kHeartbeat = std::chrono::seconds(10);
constexpr Duration kExpiry = std::chrono::seconds(60);
constexpr Duration kAnswer = kExpiry / 2;  // of an engine that may be silent
constexpr Duration kPoll = std::chrono::seconds(1);
// A living holder beats within this; before it has passed, no silence is believed.
constexpr Duration kWatched = kHeartbeat + kHeartbeat / 2;
constexpr Duration kFreeing = std::chrono::seconds(10);
constexpr int kSwaps = 5;
constexpr int kTakes = 20;
constexpr Duration kTakePause = std::chrono::milliseconds(100);
constexpr const char* kLockKind = "lock";
constexpr const char* kHolderLabel = "skep.holder";
constexpr const char* kRunLabel = "skep.run";
constexpr const char* kSinceLabel = "skep.since";
constexpr const char* kBeatLabel = "skep.beat";
constexpr const char* kHeld = "held";
constexpr const char* kFree = "free";

bool held(const swarm::Config& config) {
  return config.label(swarm::kStateLabel) == kHeld;
}

Holder holder_of(const swarm::Config& config) {
  return {config.label(kHolderLabel), config.label(kRunLabel), config.label(kSinceLabel),
          config.label(swarm::kStateLabel)};
}

swarm::Labels freed(const swarm::Config& config) {
  swarm::Labels labels = config.labels;
  labels[swarm::kStateLabel] = kFree;
  return labels;
}

/// How long the holder of a lock has been silent. What is believed is that UpdatedAt does not move
/// while we look (over our own CLOCK_BOOTTIME): for the whole expiry, or for longer than a
/// heartbeat when by the engine's clock it has not moved for the expiry. A clock that is wrong can
/// so never take the lock from a holder that beats.
class Silence {
 public:
  void see(const swarm::Config& config, TimePoint now) {
    if (config.version == version_) return;
    moved_ = version_ != 0;
    version_ = config.version;
    updated_ = config.updated;
    since_ = now;
  }
  bool expired(engine::Transport& engine, TimePoint now, const std::stop_token& stop) const {
    if (now - since_ >= kExpiry) return true;
    if (now - since_ < kWatched || updated_.empty()) return false;
    const auto time = engine::engine_time(engine, stop);
    return time && *time - parse_utc(updated_) > kExpiry;
  }
  /// It was confirmed while we looked: somebody is alive there.
  bool alive() const { return moved_; }

 private:
  std::uint64_t version_ = 0;
  std::string updated_;
  TimePoint since_{};
  bool moved_ = false;
};

/// Atomic: of two only one is made. Whose it is, is seen when it is read.
void create(engine::Transport& engine, const std::string& name, const swarm::Labels& labels,
            const std::stop_token& stop) {
  try {
    engine::create_config(engine, name, labels, "skep", stop);
  } catch (const Error& error) {
    if (error.kind() != Kind::conflict && error.kind() != Kind::unreachable) throw;
  }
}

}  // namespace

struct Lock::State {
  State(engine::Transport& transport, Clock& time, EventSink& sink, std::string stack_name)
      : engine(transport), clock(time), events(sink), stack(std::move(stack_name)) {}

  /// Of a lock that this run holds.
  swarm::Labels labels(const std::string& who) const {
    return {{swarm::kStackLabel, stack},
            {swarm::kKindLabel, kLockKind},
            {swarm::kStateLabel, kHeld},
            {kHolderLabel, who},
            {kRunLabel, run},
            {kBeatLabel, "0"},
            {kSinceLabel, format_utc(clock.wall())}};
  }

  enum class Look { taken, lost, held };
  /// One look at the lock, which is then `config`: made where there is none, taken over where it is
  /// free or its holder has been silent for too long; `lost` when somebody else was faster.
  Look look(const swarm::Labels& ours, Silence& silence, const std::stop_token& stop) {
    const std::string name = swarm::lock_name(stack);
    auto found = engine::find_config(engine, name, stop);
    const TimePoint asked = clock.now();
    if (!found) {
      create(engine, name, ours, stop);
      found = engine::find_config(engine, name, stop);
      if (!found) return Look::lost;
    }
    config = *found;
    if (held(config) && config.label(kRunLabel) == run) {
      confirmed = asked;
      return Look::taken;
    }
    if (held(config)) {
      silence.see(config, asked);
      if (!silence.expired(engine, asked, stop)) return Look::held;
      events.emit(Note{
          fmt::format("the lock of {} has expired; taking it over", holder_of(config).holder)});
    }
    return take_over(ours, stop) ? Look::taken : Look::lost;
  }

  /// A label update with the version read last: a compare-and-swap. False when somebody else
  /// changed the lock.
  bool swap(const swarm::Labels& labels, const std::stop_token& stop) {
    for (int left = kSwaps; left > 0; --left) {
      const TimePoint asked = clock.now();
      bool written = true;
      try {
        engine::set_config_labels(engine, config, labels, stop);
      } catch (const Error& error) {
        if (error.kind() != Kind::conflict && error.kind() != Kind::not_found) throw;
        written = false;
      }
      // A swap of ours whose answer was cut has moved the version too: then it is still ours, and
      // is tried again.
      const auto now = engine::find_config(engine, config.id, stop);
      if (!now || now->label(kRunLabel) != run) return false;
      if (!written && !held(*now)) return false;  // `skep unlock`
      config = *now;
      if (!written) continue;
      confirmed = asked;
      return true;
    }
    return false;
  }

  /// From free, or from a dead holder: one try, for somebody else may be faster.
  bool take_over(const swarm::Labels& labels, const std::stop_token& stop) {
    const TimePoint asked = clock.now();
    try {
      engine::set_config_labels(engine, config, labels, stop);
    } catch (const Error& error) {
      // Cut: whether it was done is seen when the lock is looked at again.
      if (error.kind() != Kind::conflict && error.kind() != Kind::not_found &&
          error.kind() != Kind::unreachable) {
        throw;
      }
      return false;
    }
    const auto now = engine::find_config(engine, config.id, stop);
    if (!now || now->label(kRunLabel) != run) return false;
    config = *now;
    confirmed = asked;
    return true;
  }

  bool beat(const std::stop_token& stop) {
    swarm::Labels labels = config.labels;
    labels[kBeatLabel] = std::to_string(++beats);
    return swap(labels, stop);
  }

  /// beat() before an engine that may be silent. Throws Error{unreachable} when it is.
  bool beat_in_time() {
    const TimeLimit limit(kAnswer);
    try {
      return beat(limit.token());
    } catch (const Error& error) {
      if (error.kind() != Kind::interrupted) throw;
      throw Error(
          Kind::unreachable,
          fmt::format("the lock of stack \"{}\" cannot be confirmed: the engine is silent", stack));
    }
  }

  void keep_beating(std::stop_token stop) {
    // Real time, not the Clock: a test's clock passes at once, and this thread would never rest.
    std::unique_lock guard(mutex);
    while (!lost &&
           !resting.wait_for(guard, stop, kHeartbeat, [&stop] { return stop.stop_requested(); })) {
      try {
        const TimeLimit limit(kAnswer, stop);
        if (!beat(limit.token())) lost = true;
      } catch (const std::exception&) {
        if (stop.stop_requested()) return;
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
  const swarm::Labels labels = state->labels(who);
  const TimePoint start = clock.now();
  Silence silence;
  bool said = false;
  for (int lost = 0;;) {
    const auto seen = state->look(labels, silence, stop);
    if (seen == State::Look::taken) break;
    if (seen == State::Look::lost) {
      // Somebody else was faster, who then holds it; or the engine does not keep what it is told.
      if (++lost >= kTakes)
        throw Error(Kind::rejected,
                    fmt::format("the engine does not keep the lock of stack \"{}\": config \"{}\"",
                                stack, swarm::lock_name(stack)));
      clock.sleep(kTakePause, stop);
      continue;
    }
    lost = 0;
    if (silence.alive() && clock.now() - start >= wait) is_locked(stack, state->config);
    if (!said) {
      const Holder holder = holder_of(state->config);
      events.emit(Note{fmt::format("stack \"{}\" is locked by {} since {}; waiting", stack,
                                   holder.holder, holder.since)});
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
  if (!state_->lost && state_->beat_in_time()) return;
  state_->lost = true;
  throw Error(Kind::lock,
              fmt::format("the lock of stack \"{}\" was lost to another run", state_->stack),
              "nothing was written after that; look at `skep status`, then release again");
}

void Lock::free() noexcept {
  state_->heart.request_stop();
  try {
    const TimeLimit limit(kFreeing);
    const std::lock_guard guard(state_->mutex);
    if (!state_->lost) state_->swap(freed(state_->config), limit.token());
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
