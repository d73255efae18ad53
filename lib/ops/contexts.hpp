#pragma once
#include "deploy/deps.hpp"
#include "ops/printable.hpp"

namespace skep::ops {

/// docker's contexts, which of them is chosen, and what chose it. Asks no engine. Throws
/// Error{usage} when --host and --context are both given, Error{input} for a config.json that
/// cannot be read.
Printable list_contexts(const deploy::Deps& deps);

}  // namespace skep::ops
