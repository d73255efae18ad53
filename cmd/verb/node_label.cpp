#include "ops/node_label.hpp"

#include "cmd/verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace skep::cmd {
namespace {

std::string format(const ops::NodeLabels& labelled) {
  std::string text = labelled.node + ":";
  for (const auto& [key, value] : labelled.labels) text += fmt::format(" {}={}", key, value);
  return labelled.labels.empty() ? text + " no labels" : text;
}

Json to_json(const ops::NodeLabels& labelled) {
  return {{"node", labelled.node}, {"labels", labelled.labels}};
}

}  // namespace

Runner bind_node_label(Flags& flags) {
  auto options = std::make_shared<ops::NodeLabelOptions>();
  flags.positional("NODE", options->node, true, "Host name or id of the node");
  flags.positionals("LABELS", options->labels,
                    "KEY=VALUE sets a label, KEY- removes it; none prints them");
  return [options](Session& session) {
    session.print(ops::label_node(session.deps(), *options), format, to_json);
    return 0;
  };
}

}  // namespace skep::cmd
