#pragma once
// Small things that all routes of the fake need.
#include "base/json.hpp"
#include "http/message.hpp"
#include "support/fake_engine.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace skep::test {

inline http::Response json_answer(const Json& body, int status = 200) {
  return {
      .status = status, .headers = {{"Content-Type", "application/json"}}, .body = dump_json(body)};
}
inline http::Response empty_answer(int status) {
  return {.status = status, .headers = {}, .body = {}};
}

[[noreturn]] inline void unknown_route(const Call& call) {
  throw std::logic_error("fake engine: no route for " + call.line());
}

/// "/services/ID/update" → {"services", "ID", "update"}
std::vector<std::string> parts_of(const std::string& path);

/// The `filters` parameter: every key is met by one of its values. `values` gives what an object
/// has for a key
/// ("label" gives "k=v" and "k"); an unknown key stops the test.
class FakeFilters {
 public:
  explicit FakeFilters(const Call& call);
  bool has(const std::string& key) const { return wanted_.contains(key); }
  /// True when there is no filter `key` or one of its values is `value` (a text).
  bool fits(const std::string& key, const Json& value) const;
  /// The same, `value` begins with one of them.
  bool begins(const std::string& key, const Json& value) const;
  bool labels(const Json& labels) const;
  /// Stops the test at a filter that is none of these.
  void only(const std::vector<std::string>& known) const;

 private:
  Json wanted_;
  std::string line_;
};

}  // namespace skep::test
