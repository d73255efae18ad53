#pragma once
// A value that must not be seen. It has no formatter and no to_json: whoever needs the text says
// reveal().
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace skep {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string value_;
};

/// Replaces every value that it was told of by "***". It finds the JSON-escaped, URL-encoded and
/// base64 forms too, even where the value is only a part of what was encoded, and each longer line
/// of a value of several lines. Values shorter than 4 bytes are not replaced: they would match
/// everywhere. Thread-safe.
class Redactor {
 public:
  void hide(const Secret& secret);
  std::string operator()(std::string_view text) const;

 private:
  /// A value that contains another one is replaced first, or a part of it would be left.
  struct LongerFirst {
    bool operator()(const std::string& a, const std::string& b) const;
  };
  mutable std::mutex mutex_;
  std::set<std::string, LongerFirst> values_;
};

}  // namespace skep
