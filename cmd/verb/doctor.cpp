#include "ops/doctor.hpp"

#include "base/outcome.hpp"
#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace skep::cmd {
namespace {

const char* word(ops::Finding::State state) {
  switch (state) {
    case ops::Finding::State::good:
      return "good";
    case ops::Finding::State::bad:
      return "BAD";
    case ops::Finding::State::unknown:
      return "unknown";
  }
  return "";
}

std::string format(const ops::DoctorReport& report) {
  std::string text;
  for (const auto& one : report.findings) {
    text += fmt::format("{:<8} {:<12} {}\n", word(one.state), one.what, one.fact);
    if (!one.hint.empty()) text += fmt::format("{:<21} hint: {}\n", "", one.hint);
  }
  return text;
}

Json to_json(const ops::DoctorReport& report) {
  Json findings = Json::array();
  for (const auto& one : report.findings) {
    findings.push_back(
        {{"state", word(one.state)}, {"what", one.what}, {"fact", one.fact}, {"hint", one.hint}});
  }
  return {{"good", report.good()}, {"findings", findings}};
}

}  // namespace

Runner bind_doctor(Flags& flags) {
  auto options = std::make_shared<ops::DoctorOptions>();
  add_project_flags(flags, options->project);
  flags.flag("--read-only", options->read_only,
             "Leave out what must write to know: the database, registry logins");
  return [options](Session& session) {
    const auto report = ops::doctor(session.deps(), *options);
    session.print(report, format, to_json);
    return report.good() ? 0 : exit_status(Result::failed);
  };
}

}  // namespace skep::cmd
