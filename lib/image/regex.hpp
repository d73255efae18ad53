#pragma once
// A regular expression as Go's regexp package reads it, for the expressions that
// moby/patternmatcher makes of .dockerignore patterns. RE2 is what Go's package was made after; the
// two differences that there are, are bridged here. Linear in the length of the text: no pattern
// can make it run long.
#include <memory>
#include <string_view>

namespace re2 {
class RE2;
}

namespace skep::image {

class Regex {
 public:
  /// Throws Error{input} with the reason when the expression is not valid.
  explicit Regex(std::string_view expression);
  /// Whether the expression is found anywhere in the text.
  bool found_in(std::string_view text) const;

 private:
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace skep::image
