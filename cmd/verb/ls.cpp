#include "cmd/verbs.hpp"
#include "ops/status.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace skep::cmd {
namespace {

std::string format(const std::vector<ops::StackSummary>& stacks) {
  std::string text = fmt::format("{:<32} {:>8} {:>9}\n", "STACK", "SERVICES", "TASKS");
  for (const auto& stack : stacks) {
    text += fmt::format("{:<32} {:>8} {:>9}\n", stack.name, stack.services,
                        fmt::format("{}/{}", stack.running, stack.desired));
  }
  return text;
}

Json to_json(const std::vector<ops::StackSummary>& stacks) {
  Json json = Json::array();
  for (const auto& stack : stacks) {
    json.push_back({{"stack", stack.name},
                    {"services", stack.services},
                    {"running", stack.running},
                    {"desired", stack.desired}});
  }
  return json;
}

}  // namespace

Runner bind_ls(Flags&) {
  return [](Session& session) {
    session.print(ops::list_stacks(session.deps()), format, to_json);
    return 0;
  };
}

}  // namespace skep::cmd
