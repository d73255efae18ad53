#include "ops/node_label.hpp"

#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_node_label(Flags& flags) {
  auto options = std::make_shared<ops::NodeLabelOptions>();
  flags.positional("NODE", options->node, true, "Host name or id of the node");
  flags.positionals("LABELS", options->labels,
                    "KEY=VALUE sets a label, KEY- removes it; none prints them");
  return [options](Session& session) {
    const auto result = ops::label_node(session.deps(), *options);
    session.print(result);
    return 0;
  };
}

}  // namespace skep::cmd
