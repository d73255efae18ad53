#pragma once
// A tree of YAML as JSON: the same values; places and styles are lost.
#include "base/json.hpp"
#include "yaml/document.hpp"

namespace skep::yaml {

Json to_json(const Node& node);

}  // namespace skep::yaml
