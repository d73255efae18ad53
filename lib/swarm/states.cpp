#include "swarm/states.hpp"

#include <array>

namespace skep::swarm {
namespace {

// In the order of each enum.
constexpr auto kTaskStates = std::to_array<const char*>(
    {"", "new", "allocated", "pending", "assigned", "accepted", "preparing", "ready", "starting",
     "running", "complete", "shutdown", "failed", "rejected", "remove", "orphaned"});
constexpr auto kUpdateStates =
    std::to_array<const char*>({"", "updating", "paused", "completed", "rollback_started",
                                "rollback_paused", "rollback_completed"});
constexpr auto kNodeStates = std::to_array<const char*>({"", "down", "ready", "disconnected"});
constexpr auto kAvailabilities = std::to_array<const char*>({"", "active", "pause", "drain"});
constexpr auto kRoles = std::to_array<const char*>({"", "worker", "manager"});
constexpr auto kRecordStates = std::to_array<const char*>(
    {"", "pending", "released", "restored", "failed", "torn", "interrupted"});

template <typename Enum>
constexpr std::size_t at(Enum value) {
  return static_cast<std::size_t>(value);
}

static_assert(kTaskStates.size() == at(TaskState::orphaned) + 1);
static_assert(kUpdateStates.size() == at(UpdateState::rollback_completed) + 1);
static_assert(kNodeStates.size() == at(NodeState::disconnected) + 1);
static_assert(kAvailabilities.size() == at(Availability::drain) + 1);
static_assert(kRoles.size() == at(Role::manager) + 1);
static_assert(kRecordStates.size() == at(RecordState::interrupted) + 1);

constexpr auto& words(TaskState) {
  return kTaskStates;
}
constexpr auto& words(UpdateState) {
  return kUpdateStates;
}
constexpr auto& words(NodeState) {
  return kNodeStates;
}
constexpr auto& words(Availability) {
  return kAvailabilities;
}
constexpr auto& words(Role) {
  return kRoles;
}
constexpr auto& words(RecordState) {
  return kRecordStates;
}

}  // namespace

const char* word(TaskState state) {
  return kTaskStates[at(state)];
}
const char* word(UpdateState state) {
  return kUpdateStates[at(state)];
}
const char* word(NodeState state) {
  return kNodeStates[at(state)];
}
const char* word(Availability availability) {
  return kAvailabilities[at(availability)];
}
const char* word(Role role) {
  return kRoles[at(role)];
}
const char* word(RecordState state) {
  return kRecordStates[at(state)];
}

template <typename Enum>
Word<Enum> Word<Enum>::read(const std::string& text) {
  const auto& known = words(Enum::unknown);
  for (std::size_t i = 1; i < known.size(); ++i) {
    if (text == known[i]) return static_cast<Enum>(i);
  }
  Word other;
  other.other_ = text;
  return other;
}

template class Word<TaskState>;
template class Word<UpdateState>;
template class Word<NodeState>;
template class Word<Availability>;
template class Word<Role>;
template class Word<RecordState>;

}  // namespace skep::swarm
