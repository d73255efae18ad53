#pragma once
// docker's .dockerignore: moby/patternmatcher and its ignorefile, as `docker build` applies them
// with BuildKit (tonistiigi/fsutil filter.go). Rules are applied in order and the last one that
// matches decides. `!` makes an exception. A match of a directory counts for everything below it.
#include "image/regex.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skep::image {

/// Go's filepath.Clean.
std::string clean_path(std::string_view path);

/// One pattern, without its "!".
class IgnorePattern {
 public:
  /// `pattern` is clean. Throws Error{input} with the reason when it is malformed.
  explicit IgnorePattern(std::string pattern);
  bool matches(const std::string& path) const;
  const std::string& text() const { return pattern_; }

 private:
  enum class How { exact, prefix, suffix, regex };
  std::string pattern_;
  How how_ = How::exact;
  std::optional<Regex> regex_;
};

class IgnoreRules {
 public:
  IgnoreRules() = default;
  /// `file` is its name for messages. Throws Error{input} with the line of a malformed pattern.
  IgnoreRules(std::string_view text, const std::string& file);

  struct Verdict {
    bool ignored = false;
    std::vector<bool> matched;  // by rule; needed for the entries below a directory
  };
  /// `path` is relative to the context, with "/". `parent` is the verdict on its directory; none at
  /// the top.
  Verdict judge(const std::string& path, const Verdict* parent) const;
  /// Whether something below this ignored directory could be an exception; if not, it need not be
  /// walked.
  bool may_except_below(const std::string& directory) const;
  bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    IgnorePattern pattern;
    bool exception;
  };
  std::vector<Rule> rules_;
};

}  // namespace skep::image
