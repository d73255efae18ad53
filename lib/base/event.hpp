#pragma once
// What skep tells while it works: a closed set of small structs. `cmd` renders them as live lines,
// plain lines or JSON (docs/events.md documents the stream); lib/ never prints.
#include "base/diagnostics.hpp"
#include "base/outcome.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace skep::plan {
struct Plan;
}

namespace skep {

/// A part of the way begins: "build", "push", "plan", "database", "rollout", "check", "way back", …
struct PhaseStarted {
  std::string phase;
  std::string detail;
};
/// Worth a line, but not a problem.
struct Note {
  std::string text;
};
/// A problem that does not stop the run; with a place when it is about a file.
struct Warned {
  Diagnostic diagnostic;
};
enum class StepState { started, cached, done, failed, cancelled };
/// A step of a build (BuildKit vertex).
struct BuildStep {
  std::string image;
  int number = 0;
  std::string name;
  StepState state = StepState::started;
  double seconds = 0;
  std::string error;
};
/// Output of a build step: one line, without its newline.
struct BuildLog {
  std::string image;
  int step = 0;
  std::string line;
};
/// Progress of one layer of a push. `total` 0 means unknown.
struct PushProgress {
  std::string image;
  std::string layer;
  std::string status;
  std::uint64_t current = 0;
  std::uint64_t total = 0;
};
/// One write to the cluster that was done.
struct Wrote {
  std::string verb;    // create, update, remove, label
  std::string object;  // service, config, secret, network, node
  std::string name;
  std::string why;
};
/// The plan, before anything of it is done. Whoever looks into it includes plan/plan.hpp.
struct Planned {
  std::shared_ptr<const plan::Plan> plan;
};
/// How far a service is; sent when it changes.
struct ServiceProgress {
  std::string service;
  std::uint64_t running = 0;
  std::uint64_t desired = 0;
  std::string
      state;  // waiting, starting, stable, converged, failing, rolled back, paused, complete
  std::string detail;  // the newest task error, or what is waited for
};
/// A task that ended or cannot start, and everything that is known about it.
struct TaskFailed {
  std::string service;
  std::string task;
  std::string node;
  std::string state;
  std::string error;
  int exit_code = 0;
  bool has_exit_code = false;
  std::string health;             // output of the last health checks; may be empty
  std::vector<std::string> logs;  // its last lines
};
/// A line of output of a one-off, as it comes.
struct TaskOutput {
  std::string task;
  bool error = false;  // of its standard error
  std::string line;
};
/// One try of an HTTP check.
struct CheckTried {
  std::string url;
  bool good = false;
  int status = 0;
  std::string detail;
};
/// The last event of a verb that changes something.
struct Ended {
  int exit = 0;
  Result result = Result::failed;
  Cause cause = Cause::none;
  std::string stack;
  std::uint64_t release = 0;  // 0: none was made
  double seconds = 0;
  std::map<std::string, std::string> services;  // service → its last state
  std::string message;
};

using Event = std::variant<PhaseStarted, Note, Warned, BuildStep, BuildLog, PushProgress, Planned,
                           Wrote, ServiceProgress, TaskFailed, TaskOutput, CheckTried, Ended>;

/// Thread-safe. Every text that leaves a sink has gone through redactor().
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void emit(const Event& event) = 0;
  Redactor& redactor() { return redactor_; }

 private:
  Redactor redactor_;
};

}  // namespace skep
