// What becomes of tasks, ready-made.
#include "support/fake_tasks.hpp"

#include <fmt/format.h>

namespace skep::test {

TaskScript runs() {
  return {};
}

TaskScript crashes_after(Duration running, int exit_code, std::string err) {
  TaskScript script;
  script.ends_after = running;
  script.exit_code = exit_code;
  script.error = fmt::format("task: non-zero exit ({})", exit_code);
  script.err = std::move(err);
  return script;
}

TaskScript completes_after(Duration running, std::string out) {
  TaskScript script;
  script.ends_after = running;
  script.end_state = "complete";
  script.exit_code = 0;
  script.error.clear();
  script.out = std::move(out);
  return script;
}

TaskScript stays_pending(std::string error) {
  TaskScript script;
  script.runs_after = std::nullopt;
  script.waits_as = "pending";
  script.waiting_error = std::move(error);
  return script;
}

TaskScript rejected(std::string error) {
  TaskScript script;
  script.runs_after = std::nullopt;
  script.waits_as = "preparing";
  script.ends_after = std::chrono::milliseconds(500);
  script.end_state = "rejected";
  script.exit_code = 0;  // the engine says 0 here: it means nothing
  script.error = std::move(error);
  return script;
}

}  // namespace skep::test
