#pragma once
// The part of the fake that moves: tasks begin, end, are restarted and updated as swarmkit's
// orchestrators do it, in steps of 100 ms of a clock's time. What is not simulated: health checks,
// networks, resources.
#include "base/clock.hpp"
#include "base/json.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::test {

/// What becomes of one task.
struct TaskScript {
  std::optional<Duration> runs_after = std::chrono::milliseconds(500);  // nullopt: it never runs
  std::string waits_as = "starting";   // the state until then: pending, preparing, starting, …
  std::string waiting_error;           // Status.Err until then
  std::optional<Duration> ends_after;  // counted from running (or from creation when it never runs)
  std::string end_state = "failed";    // complete, failed, rejected
  int exit_code = 1;
  std::string error = "task: non-zero exit (1)";
  std::string out;  // its logs, all of the time of its creation
  std::string err;
  /// What it writes while it runs: how long after it began, on standard error or output, the text.
  struct Said {
    Duration after;
    bool error = false;
    std::string text;  // with its newlines; a message of the log each line
  };
  std::vector<Said> said;
};
/// Common ones.
TaskScript runs();
TaskScript crashes_after(Duration running, int exit_code = 1, std::string err = {});
TaskScript completes_after(Duration running, std::string out = {});
TaskScript stays_pending(
    std::string error = "no suitable node (scheduling constraints not satisfied on 1 node)");
TaskScript rejected(std::string error = "No such image: nowhere/nothing:1");

/// Asked for every new task (its Engine API object: Spec, Slot, ServiceID, NodeID).
using TaskBehaviour = std::function<TaskScript(const Json& task)>;

struct FakeTask {
  Json object;
  TaskScript script;
  TimePoint created;
  std::optional<TimePoint> runs_at;  // when it began to run
  std::optional<TimePoint> ended_at;
  std::uint64_t slot = 0;  // from 1, also where the engine counts otherwise (global services, jobs)
  bool ended() const { return ended_at.has_value(); }
  bool wanted() const;  // desired state up to running
};

/// One service and what is under way with it.
struct FakeService {
  Json object;                  // as GET /services/ID gives it
  std::vector<FakeTask> tasks;  // oldest first
  struct Update {
    std::vector<std::uint64_t> slots_left;
    std::vector<std::string> new_tasks;  // ids
    std::optional<TimePoint> next;       // not before (delay)
    bool rolling_back = false;
  };
  std::optional<Update> update;
  std::map<std::uint64_t, TimePoint> restart_at;  // slot → when its next task is made
  std::map<std::uint64_t, int> attempts;
};

class FakeTasks {
 public:
  FakeTasks(Clock& clock, std::function<std::uint64_t()> next_index,
            const std::map<std::string, Json>& nodes);

  TaskBehaviour behaviour = [](const Json&) { return runs(); };
  std::map<std::string, FakeService> services;  // by id

  /// Lets everything happen up to the clock's time.
  void catch_up();
  /// After a create.
  void start(FakeService& service);
  /// After an update was stored; `dirty`: the tasks are of another spec now.
  void begin_update(FakeService& service, bool dirty);
  /// Whether a task is of its service's current spec.
  bool is_current(const FakeService& service, const FakeTask& task) const;
  /// Writes a state with its time and message.
  void set_state(FakeTask& task, const std::string& state) const;

 private:
  void step(FakeService& service, TimePoint at);
  void run_tasks(FakeService& service, TimePoint at);
  void restart_tasks(FakeService& service, TimePoint at);
  void step_update(FakeService& service, TimePoint at);
  void replace(FakeService& service, std::uint64_t slot, TimePoint at);
  bool has_failed(const FakeService& service, TimePoint at) const;
  bool all_settled(const FakeService& service, TimePoint at) const;
  void fail_update(FakeService& service);
  void set_update(FakeService& service, const std::string& state, const std::string& message);
  FakeTask& add_task(FakeService& service, std::uint64_t slot, TimePoint at);
  std::string pick_node(const FakeService& service, std::uint64_t slot) const;
  std::vector<std::uint64_t> slots_of(const FakeService& service) const;
  void touch(Json& object) const;
  std::string time() const;

  Clock& clock_;
  std::function<std::uint64_t()> next_index_;
  const std::map<std::string, Json>& nodes_;
  TimePoint at_;
  std::uint64_t made_ = 0;
};

}  // namespace skep::test
