// The table of keys against the two lists of all that a Compose file may say: docker's schema 3.13
// and the Compose Specification's.
#include "base/files.hpp"
#include "stack/keys.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <vector>

namespace skep::stack {
namespace {

std::vector<std::string> listed(const std::string& path) {
  std::istringstream lines(read_file(std::string(SKEP_SOURCE_DIR) + "/tests/" + path));
  std::vector<std::string> keys;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.front() != '#') keys.push_back(line.substr(0, line.find(": ")));
  }
  return keys;
}

/// Forms that take whatever is below them, without rows of their own.
bool takes_all_below(const Key& key) {
  switch (key.form) {
    case Form::any:
    case Form::pairs:
    case Form::hosts:
    case Form::options:
    case Form::list_of_text:
    case Form::list_of_text_or_number:
    case Form::text_or_list:
    case Form::command:
      return true;
    case Form::text:
    case Form::text_or_null:
    case Form::text_or_number:
    case Form::integer:
    case Form::integer_or_live:
    case Form::number:
    case Form::boolean:
    case Form::duration:
    case Form::size:
    case Form::map:
    case Form::map_or_null:
    case Form::list:
    case Form::text_or_map:
    case Form::integer_or_map:
    case Form::boolean_or_map:
    case Form::list_or_map:
    case Form::port:
    case Form::list_or_text_or_map:
      return key.status != Status::converted;
  }
  return false;
}

class Rows {
 public:
  Rows() {
    for (const auto& key : all_keys()) rows_.emplace(key.path, key);
  }
  /// The key's own row, or the one that takes it along.
  bool has(std::string_view path) const {
    if (rows_.contains(path)) return true;
    for (auto dot = path.rfind('.'); dot != std::string_view::npos; dot = path.rfind('.')) {
      path = path.substr(0, dot);
      const auto found = rows_.find(path);
      if (found != rows_.end()) return takes_all_below(found->second);
    }
    return false;
  }

 private:
  std::map<std::string_view, Key> rows_;
};

}  // namespace

TEST_CASE("every key of docker's schema has a row", "[stack]") {
  const Rows rows;
  const auto keys = listed("conformance/keys.txt");
  CHECK(keys.size() > 250);
  for (const auto& key : keys) {
    if (key.ends_with("x-*")) continue;
    INFO(key);
    CHECK(rows.has(key));
  }
}

TEST_CASE("every key of the Compose Specification has a row", "[stack]") {
  const Rows rows;
  const auto keys = listed("lib/stack/compose_keys.txt");
  CHECK(keys.size() > 450);
  for (const auto& key : keys) {
    INFO(key);
    CHECK(rows.has(key));
  }
}

TEST_CASE("every row is in one of the two lists", "[stack]") {
  auto known = listed("lib/stack/compose_keys.txt");
  for (const auto& key : listed("conformance/keys.txt")) known.push_back(key);
  // Of formats before 3.0, which docker names when it refuses them, and of its decoder alone.
  for (const char* key : {"services.*.volume_driver", "services.*.volumes.[].cluster"})
    known.emplace_back(key);
  for (const auto& key : all_keys()) {
    if (key.path.find("x-skep-") != std::string_view::npos) continue;
    INFO(key.path);
    CHECK(std::find(known.begin(), known.end(), key.path) != known.end());
  }
}

TEST_CASE("a row says that docker has the key when its schema has it", "[stack]") {
  const auto docker = listed("conformance/keys.txt");
  for (const auto& key : all_keys()) {
    INFO(key.path);
    const bool there = std::find(docker.begin(), docker.end(), key.path) != docker.end();
    if (there) CHECK(key.since != kComposeOnly);
  }
}

}  // namespace skep::stack
