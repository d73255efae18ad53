#pragma once
// What a plain scalar is: YAML 1.2's core schema with the habits of docker's parser (yaml.v3,
// resolve.go). `0440` is octal, `56:56`, `yes` and `2001-12-14` are strings, `08` is the number 8.
#include "yaml/document.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace skep::yaml {

struct Typed {
  Type type = Type::string;
  bool boolean = false;
  std::int64_t integer = 0;
  double floating = 0;
};

Typed type_of_plain(std::string_view text);

/// The shortest text that reads back as the same floating number ("1.0", "1e+30", ".inf").
std::string format_floating(double value);

/// A scalar's value as docker's tools turn it into text for a label or a variable: an integer in
/// decimal (`0440` is "288"), a number as Go prints it ("1.5" for `1.50`), a string as it is, ""
/// for null.
std::string plain_text(const Node& scalar);

}  // namespace skep::yaml
