#pragma once
// What the engine says of the state of tasks, updates and nodes, and what a record says of its
// release, as values. Its words are read here, once.
#include <compare>
#include <string>

namespace skep::swarm {

/// In the engine's order, which a task only goes forward in (swarmkit api/types.proto TaskState).
enum class TaskState {
  unknown,
  created,  // the engine's word is "new"
  allocated,
  pending,
  assigned,
  accepted,
  preparing,
  ready,
  starting,
  running,
  complete,
  shutdown,
  failed,
  rejected,
  remove,
  orphaned
};

/// UpdateStatus.State of a service.
enum class UpdateState {
  unknown,
  updating,
  paused,
  completed,
  rollback_started,
  rollback_paused,
  rollback_completed
};

enum class NodeState { unknown, down, ready, disconnected };
enum class Availability { unknown, active, pause, drain };
enum class Role { unknown, worker, manager };

/// How a release ended, as the label kStateLabel of its record says.
enum class RecordState { unknown, pending, released, restored, failed, torn, interrupted };

const char* word(TaskState state);
const char* word(UpdateState state);
const char* word(NodeState state);
const char* word(Availability availability);
const char* word(Role role);
const char* word(RecordState state);

/// A word as it was read: what it means, and its text for showing. A text that is none of the
/// enum's words is `unknown`, and so is one that is not there.
template <typename Enum>
class Word {
 public:
  Word() = default;
  Word(Enum value) : value_(value) {}  // NOLINT: a value is a word
  static Word read(const std::string& text);

  Enum value() const { return value_; }
  std::string text() const { return value_ == Enum::unknown ? other_ : word(value_); }

  friend bool operator==(const Word&, const Word&) = default;
  friend bool operator==(const Word& a, Enum b) { return a.value_ == b; }
  friend auto operator<=>(const Word& a, const Word& b) { return a.value_ <=> b.value_; }
  friend auto operator<=>(const Word& a, Enum b) { return a.value_ <=> b; }

 private:
  Enum value_ = Enum::unknown;
  std::string other_;  // the text, where the value is unknown
};

/// A task that has ended holds no container, and never runs again.
inline bool has_ended(const Word<TaskState>& state) {
  return state > TaskState::running;
}
/// Of a desired state: the task is to run, or to end by itself; it was not told to stop.
inline bool is_wanted(const Word<TaskState>& desired) {
  return desired <= TaskState::complete;
}
/// It could not be started, or its program ended badly.
inline bool has_failed(const Word<TaskState>& state) {
  return state == TaskState::failed || state == TaskState::rejected;
}

}  // namespace skep::swarm
