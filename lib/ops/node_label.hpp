#pragma once
// `skep node label`.
#include "deploy/deps.hpp"
#include "ops/printable.hpp"

#include <string>
#include <vector>

namespace skep::ops {

struct NodeLabelOptions {
  std::string node;                 // host name or id
  std::vector<std::string> labels;  // KEY=VALUE sets, KEY- removes
};
Printable label_node(deploy::Deps& deps, const NodeLabelOptions& options);

}  // namespace skep::ops
