#include "swarm/states.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace skep::swarm;

namespace {

/// Whether these are all the words of the enum, in its order.
template <typename Enum>
void check_words(const std::vector<std::string>& words) {
  std::size_t place = 0;
  for (const auto& text : words) {
    const auto read = Word<Enum>::read(text);
    CHECK(read == static_cast<Enum>(++place));
    CHECK(read.text() == text);
  }
}

}  // namespace

TEST_CASE("each word of the engine and of records is a value, and the value has the word",
          "[swarm]") {
  check_words<TaskState>({"new", "allocated", "pending", "assigned", "accepted", "preparing",
                          "ready", "starting", "running", "complete", "shutdown", "failed",
                          "rejected", "remove", "orphaned"});
  check_words<UpdateState>({"updating", "paused", "completed", "rollback_started",
                            "rollback_paused", "rollback_completed"});
  check_words<NodeState>({"down", "ready", "disconnected"});
  check_words<Availability>({"active", "pause", "drain"});
  check_words<Role>({"worker", "manager"});
  check_words<RecordState>({"pending", "released", "restored", "failed", "torn", "interrupted"});
}

TEST_CASE("a word that nobody knows is unknown, and is shown as it was read", "[swarm]") {
  const auto odd = Word<TaskState>::read("frozen");
  CHECK(odd == TaskState::unknown);
  CHECK(odd.text() == "frozen");
  CHECK_FALSE(odd == Word<TaskState>::read("thawed"));
  CHECK_FALSE(has_ended(odd));
  CHECK(Word<TaskState>::read("") == Word<TaskState>());
  CHECK(Word<TaskState>().text().empty());
}

TEST_CASE("a task has ended behind running, whatever ended it", "[swarm]") {
  for (const auto state : {TaskState::complete, TaskState::shutdown, TaskState::failed,
                           TaskState::rejected, TaskState::remove, TaskState::orphaned})
    CHECK(has_ended(state));
  for (const auto state :
       {TaskState::unknown, TaskState::created, TaskState::starting, TaskState::running})
    CHECK_FALSE(has_ended(state));
  CHECK(is_wanted(TaskState::complete));
  CHECK_FALSE(is_wanted(TaskState::shutdown));
  CHECK(has_failed(TaskState::rejected));
  CHECK_FALSE(has_failed(TaskState::complete));
}
