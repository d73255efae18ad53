#pragma once
// A Printable that is being made. For lib/ops only, so that cmd does not include the full JSON
// header.
#include "base/json.hpp"
#include "ops/printable.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace skep::ops {

struct Draft {
  std::string text;
  Json json;

  Printable done() const { return {text, dump_json(json)}; }
};

}  // namespace skep::ops
