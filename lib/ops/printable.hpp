#pragma once
// The result of a verb as text and as JSON.
#include <string>

namespace skep::ops {

/// A result in both forms: `text` for people, `json` (one line of JSON text) for -o json.
/// Operations print nothing themselves.
struct Printable {
  std::string text;
  std::string json;
};

}  // namespace skep::ops
