#pragma once
// `skep version --engine`.
#include "deploy/deps.hpp"

#include <string>

namespace skep::ops {

struct EngineVersion {
  std::string number;  // "28.5.2"
  std::string api;     // "1.51"
  bool operator==(const EngineVersion&) const = default;
};
/// Throws Error{rejected} for an answer without them.
EngineVersion engine_version(deploy::Deps& deps);

}  // namespace skep::ops
