#pragma once
// A regular expression as Go's regexp package reads it (RE2 syntax), for the expressions that
// moby/patternmatcher makes of .dockerignore patterns. Linear in the length of the text: no pattern
// can make it run long.
#include <cstdint>
#include <string_view>
#include <vector>

namespace skep::image {

/// Unicode code points; a byte that is no UTF-8 is U+FFFD, as in Go.
std::u32string decode_utf8(std::string_view text);

class Regex {
 public:
  /// Throws Error{input} with the reason when the expression is not valid, or uses \p, \Q or \C.
  explicit Regex(std::string_view expression);
  /// Whether the expression is found anywhere in the text.
  bool found_in(std::string_view text) const;

  struct Range {
    char32_t low;
    char32_t high;
  };
  enum class Op { runes, any_but_newline, split, jump, begin, end, word_edge, no_word_edge, match };
  struct Instruction {
    Op op;
    std::size_t next = 0;   // where to go on
    std::size_t other = 0;  // of split: the second way
    std::vector<Range> ranges = {};
    bool negated = false;
  };

 private:
  std::vector<Instruction> program_;
};

}  // namespace skep::image
