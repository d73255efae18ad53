#pragma once
// What docker's parser takes and libyaml refuses, so that libyaml takes it: a ':' in front of a ','
// or bracket, which is text in `[a:, b]`, and the backslash of "\\'", which is an escape. Another
// character stands in for each until the parser has done. For lib/yaml only.
#include <string>
#include <string_view>

namespace skep::yaml {

class StandIns {
 public:
  /// A text in UTF-8, which must outlive this.
  explicit StandIns(std::string_view text);

  /// For the parser: as many characters and lines as the original.
  std::string_view text() const { return changed_.empty() ? text_ : changed_; }
  /// What the parser made of a part of text().
  std::string restored(std::string value, bool double_quoted = false) const;

 private:
  std::string_view text_;
  std::string changed_;  // empty where it is the original
  std::string colon_, backslash_;
};

}  // namespace skep::yaml
