#pragma once
// Two things that docker's parser takes and libyaml refuses: a ':' in front of a ',' or bracket,
// which is text in `[a:, b]`, and the escape "\\'". Another character stands in for each of them
// while libyaml parses. For lib/yaml only.
#include <string>
#include <string_view>

namespace skep::yaml {

class StandIns {
 public:
  /// A text in UTF-8, which must outlive this.
  explicit StandIns(std::string_view text);

  /// The text for the parser; it has as many characters and lines as the original.
  std::string_view text() const { return changed_.empty() ? text_ : changed_; }
  /// Undoes the replacement in a part of text() that the parser returned.
  std::string restored(std::string value, bool double_quoted = false) const;

 private:
  std::string_view text_;
  std::string changed_;  // empty where it is the original
  std::string colon_, backslash_;
};

}  // namespace skep::yaml
