#include "cmd/event_json.hpp"

#include "base/json.hpp"
#include "cmd/output.hpp"
#include "plan/to_json.hpp"

#include <nlohmann/json.hpp>

namespace skep::cmd {
namespace {

const char* word(StepState state) {
  switch (state) {
    case StepState::started:
      return "started";
    case StepState::cached:
      return "cached";
    case StepState::done:
      return "done";
    case StepState::failed:
      return "failed";
    case StepState::cancelled:
      return "cancelled";
  }
  return "";
}

/// One overload an event: a new event does not compile until it is here. docs/events.md lists the
/// fields.
struct ToJson {
  Json operator()(const PhaseStarted& e) const {
    return {{"event", "phase"}, {"phase", e.phase}, {"detail", e.detail}};
  }
  Json operator()(const Note& e) const { return {{"event", "note"}, {"text", e.text}}; }
  Json operator()(const Warned& e) const {
    Json json = to_json(e.diagnostic);
    json["event"] = "problem";
    return json;
  }
  Json operator()(const BuildStep& e) const {
    return {{"event", "build_step"},  {"image", e.image},     {"step", e.number}, {"name", e.name},
            {"state", word(e.state)}, {"seconds", e.seconds}, {"error", e.error}};
  }
  Json operator()(const BuildLog& e) const {
    return {{"event", "build_log"}, {"image", e.image}, {"step", e.step}, {"line", e.line}};
  }
  Json operator()(const PushProgress& e) const {
    return {{"event", "push"},    {"image", e.image},     {"layer", e.layer},
            {"status", e.status}, {"current", e.current}, {"total", e.total}};
  }
  Json operator()(const Planned& e) const {
    return {{"event", "plan"}, {"plan", plan::to_json(*e.plan)}};
  }
  Json operator()(const Wrote& e) const {
    return {{"event", "write"},
            {"verb", e.verb},
            {"object", e.object},
            {"name", e.name},
            {"why", e.why}};
  }
  Json operator()(const ServiceProgress& e) const {
    return {{"event", "service"},   {"service", e.service}, {"running", e.running},
            {"desired", e.desired}, {"state", e.state},     {"detail", e.detail}};
  }
  Json operator()(const TaskFailed& e) const {
    Json exit_code;
    if (e.has_exit_code) exit_code = e.exit_code;
    return {{"event", "task_failed"}, {"service", e.service}, {"task", e.task},
            {"node", e.node},         {"state", e.state},     {"error", e.error},
            {"exit_code", exit_code}, {"health", e.health},   {"logs", e.logs}};
  }
  Json operator()(const TaskOutput& e) const {
    return {{"event", "task_output"}, {"task", e.task}, {"error", e.error}, {"line", e.line}};
  }
  Json operator()(const CheckTried& e) const {
    return {{"event", "check"},
            {"url", e.url},
            {"good", e.good},
            {"status", e.status},
            {"detail", e.detail}};
  }
  Json operator()(const Ended& e) const {
    return {{"event", "outcome"},       {"version", 1},           {"exit", e.exit},
            {"result", word(e.result)}, {"cause", word(e.cause)}, {"stack", e.stack},
            {"release", e.release},     {"seconds", e.seconds},   {"services", e.services},
            {"message", e.message}};
  }
};

}  // namespace

std::string to_json_line(const Event& event, const Redactor& redactor) {
  return json_line(std::visit(ToJson{}, event), redactor);
}

}  // namespace skep::cmd
