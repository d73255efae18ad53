#pragma once
#include "base/json.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace skep::ops {

/// A result in both forms: `text` for people, `json` for -o json. Operations print nothing
/// themselves.
struct Printable {
  std::string text;
  Json json;
};

}  // namespace skep::ops
