#pragma once
// The lock of a stack: a Swarm config.
#include "base/clock.hpp"
#include "base/event.hpp"
#include "engine/transport.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace skep::release {

struct Holder {
  std::string holder;  // user@host
  std::string run;     // random id of the run
  std::string since;
  std::string state;  // held, free
};

/// The lock of a stack. Construction does not take it.
class Lock {
 public:
  /// Takes it, or waits up to `wait` for it (a dead holder's 60 s expiry is always waited for).
  /// Starts the heartbeat (10 s). Throws Error{lock} naming the holder, since when, and what to do.
  static std::unique_ptr<Lock> take(engine::Transport& engine, Clock& clock, EventSink& events,
                                    const std::string& stack, const std::string& who, Duration wait,
                                    std::stop_token stop);
  ~Lock();  // stops the heartbeat; does no I/O (free() does)
  /// Called before every write: returns at once when the lock was confirmed less than half the
  /// expiry ago (CLOCK_BOOTTIME), else confirms it now. Throws Error{lock} when it is no longer
  /// ours.
  void confirm();
  /// Frees it. Never throws: a failure becomes a Warned event, and the lock then expires by itself.
  void free() noexcept;

 private:
  struct State;
  explicit Lock(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Who holds the lock; nullopt when it is free or was never taken.
std::optional<Holder> lock_holder(engine::Transport& engine, const std::string& stack,
                                  std::stop_token stop);
/// Frees the lock, whoever holds it (`skep unlock`). Returns who held it.
std::optional<Holder> break_lock(engine::Transport& engine, const std::string& stack,
                                 std::stop_token stop);

}  // namespace skep::release
