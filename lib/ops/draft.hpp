#pragma once
// A Printable in the making. For lib/ops only: the full JSON header stays out of what cmd includes.
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
