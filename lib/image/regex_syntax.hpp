#pragma once
// The syntax tree of a regular expression (regexp/syntax of Go, with its Perl flags).
#include "image/regex.hpp"

#include <string_view>
#include <vector>

namespace skep::image {

inline constexpr int kUnlimited = -1;
inline constexpr char32_t kLastRune = 0x10FFFF;

struct RegexNode {
  enum class Type { leaf, sequence, choice, repeat };
  Type type = Type::sequence;
  Regex::Op op = Regex::Op::runes;  // of a leaf
  std::vector<Regex::Range> ranges = {};
  bool negated = false;
  int min = 1;  // of a repeat
  int max = 1;  // kUnlimited: any number
  std::vector<RegexNode> children = {};
};

/// Throws Error{input} with the reason when the expression is not valid, or uses \p, \Q or \C.
RegexNode parse_regex(std::string_view expression);

}  // namespace skep::image
