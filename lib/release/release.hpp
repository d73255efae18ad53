#pragma once
// Records and the lock of a stack, as Swarm configs (why: docs/decisions.md, "Records" and "The
// lock").
#include "base/clock.hpp"
#include "base/event.hpp"
#include "engine/transport.hpp"
#include "swarm/record.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace skep::release {

/// A kept record and what its labels say.
struct Kept {
  std::string id;
  std::uint64_t version = 0;
  swarm::Word<swarm::RecordState> state;
  std::string fingerprint;  // of the database user, or ""
  double seconds = 0;
  std::string ran;  // swarm::kRanLabel
  swarm::Labels labels;
  swarm::Record record;
};

/// All records of a stack, oldest first. One GET /configs filtered by label.
std::vector<Kept> records(engine::Transport& engine, const std::string& stack,
                          std::stop_token stop);
/// Whether the release left the stack between two releases: torn, interrupted, or still pending.
bool is_half_way(const Kept& kept);
/// The newest whose state is released; nullptr when there is none.
const Kept* last_released(const std::vector<Kept>& records);

/// Writes the record with the next free number, state pending.
Kept write_pending(engine::Transport& engine, swarm::Record record, std::stop_token stop);
/// Writes down that a one-off of the release succeeded (a compare-and-swap, retried).
void mark_ran(engine::Transport& engine, const Kept& kept, const std::string& task,
              std::stop_token stop);
/// A one-off in the newest record.
struct TaskState {
  Json spec;
  bool done = false;  // it succeeded with this spec
};
/// By full name.
std::map<std::string, TaskState> task_states(const std::vector<Kept>& records);
/// Sets state, duration and more labels (a compare-and-swap, retried).
void finish(engine::Transport& engine, const Kept& kept, swarm::RecordState state, double seconds,
            const swarm::Labels& more, std::stop_token stop);
/// Removes records beyond kKeptRecords (never the newest released one or pending ones), and configs
/// and secrets that skep made and that no live service, kept record or way back refers to.
void clean_up(engine::Transport& engine, EventSink& events, const std::string& stack,
              std::stop_token stop);

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
