#pragma once
// `skep context ls`: which engines docker's contexts name.
#include "deploy/deps.hpp"

#include <string>
#include <vector>

namespace skep::ops {

struct ContextRow {
  std::string name;
  std::string endpoint;     // as written; empty where there is a problem
  std::string description;  // as docker keeps it
  bool tls = false;         // the endpoint is reached by TLS
  bool verified = false;    // and its certificate is checked
  bool chosen = false;
  std::string problem;  // why it cannot be used
};

struct Contexts {
  std::vector<ContextRow> rows;  // the default context first, then by name
  std::string chosen;            // its name
  std::string source;            // what chose it: "DOCKER_CONTEXT", "--context", …
};

/// docker's contexts, which of them is chosen, and what chose it. Asks no engine. Throws
/// Error{usage} when --host and --context are both given, Error{input} for a config.json that
/// cannot be read.
Contexts list_contexts(const deploy::Deps& deps);

}  // namespace skep::ops
