#pragma once
// The records of a stack's releases, in the Swarm's own store.
#include "engine/transport.hpp"
#include "swarm/record.hpp"

#include <cstdint>
#include <map>
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

}  // namespace skep::release
