#pragma once
// Typed reading of a map's values, for files of skep's own (skep.yml, template.yml): each mistake
// becomes a Diagnostic with place and path, and reading goes on. Compose files have a reader of
// their own (lib/stack).
#include "base/clock.hpp"
#include "base/diagnostics.hpp"
#include "yaml/document.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skep::yaml {

class Reader {
 public:
  /// `node` and `diagnostics` must outlive it. A `node` that is not a map is reported (a null
  /// counts as empty).
  Reader(const Node& node, std::string path, Diagnostics& diagnostics);
  Reader(Node&& node, std::string path, Diagnostics& diagnostics) = delete;

  /// nullptr when the key is absent or null.
  const Node* find(std::string_view key) const;
  SourceLoc loc(std::string_view key) const;
  std::string path(std::string_view key) const;

  /// A string, or a number or boolean as it is written; nullopt when absent, null, or something
  /// else (reported).
  std::optional<std::string> text(std::string_view key) const;
  /// The same, but reported when absent or blank; then "".
  std::string required_text(std::string_view key, const std::string& hint = {}) const;
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least,
                                      std::int64_t most) const;
  std::optional<bool> boolean(std::string_view key) const;
  /// Go's form ("5s"), longer than 0.
  std::optional<Duration> duration(std::string_view key) const;
  /// A list of texts, or one text; empty when absent.
  std::vector<std::string> texts(std::string_view key) const;
  /// A map of texts, in its order.
  std::vector<std::pair<std::string, std::string>> pairs(std::string_view key) const;
  /// The value when it is a list (or a single map, as a list of one); empty when absent or
  /// reported.
  std::vector<const Node*> maps(std::string_view key) const;

  void error(std::string_view key, const std::string& message, const std::string& hint = {}) const;

 private:
  const Node& node_;
  bool no_map_ = false;
  std::string path_;
  Diagnostics& diagnostics_;
};

/// "must be a string, not a list"
std::string must_be(const char* wanted, const Node& node);

}  // namespace skep::yaml
