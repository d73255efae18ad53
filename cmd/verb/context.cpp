#include "cmd/verbs.hpp"
#include "ops/contexts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>

namespace skep::cmd {
namespace {

std::string format(const ops::ContextRow& row) {
  auto text = fmt::format("{} {:<20} ", row.chosen ? '*' : ' ', row.name);
  if (!row.problem.empty()) return text + row.problem + '\n';
  text += row.endpoint;
  if (row.tls) text += row.verified ? " with TLS" : " with TLS, not verified";
  if (!row.description.empty()) text += "  " + row.description;
  return text + '\n';
}

std::string format(const ops::Contexts& contexts) {
  std::string text;
  for (const auto& row : contexts.rows) text += format(row);
  return text + fmt::format("chosen by {}\n", contexts.source);
}

Json to_json(const ops::Contexts& contexts) {
  Json rows = Json::array();
  for (const auto& row : contexts.rows) {
    rows.push_back({{"name", row.name},
                    {"endpoint", row.endpoint},
                    {"description", row.description},
                    {"tls", row.tls},
                    {"chosen", row.chosen},
                    {"problem", row.problem}});
  }
  return {{"chosen", contexts.chosen}, {"source", contexts.source}, {"contexts", rows}};
}

}  // namespace

Runner bind_context_list(Flags&) {
  return [](Session& session) {
    session.print(ops::list_contexts(session.deps()), format, to_json);
    return 0;
  };
}

}  // namespace skep::cmd
