// docs/compose.md holds the table of Compose keys; it is written by this test
// (SKEP_GOLDEN=accept) and held to the table.
#include "base/files.hpp"
#include "stack/keys.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace skep::stack {
namespace {

const std::string kPath = std::string(SKEP_SOURCE_DIR) + "/docs/compose.md";
constexpr std::string_view kBegin =
    "<!-- keys: written by tests/lib/stack/documentation_test.cpp -->";
constexpr std::string_view kEnd = "<!-- keys: end -->";

std::string escaped(std::string text) {
  for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
    text.insert(at, "\\");
  return text;
}

std::string what(const Key& key) {
  if (key.values.empty()) return std::string(words(key.form));
  const auto values = allowed_values(key);
  return fmt::format("{}", fmt::join(values, ", "));
}

std::string becomes(const Key& key) {
  switch (key.status) {
    case Status::impossible:
      return fmt::format("not on Swarm: {}", key.hint);
    case Status::ignored:
      return fmt::format("ignored: {}", key.hint);
    case Status::refused:
      return fmt::format("an error: {}", key.hint);
    case Status::converted:
      break;
  }
  std::string text = "yes";
  if (!key.hint.empty()) text += fmt::format(": {}", key.hint);
  if (!key.docker.drops.empty()) text += fmt::format("; {}", key.docker.drops);
  return text;
}

std::string table() {
  auto keys = all_keys();
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.path < b.path; });
  std::string text =
      "| key | docker has it since | what may stand there | with skep |\n|---|---|---|---|\n";
  for (const auto& key : keys) {
    text += escaped(fmt::format("`{}`", key.path)).insert(0, "| ") + " | " +
            (key.since == kComposeOnly ? "–" : std::string(key.since)) + " | " +
            escaped(what(key)) + " | " + escaped(becomes(key)) + " |\n";
  }
  return text;
}

}  // namespace

TEST_CASE("docs/compose.md holds every key of the table and what becomes of it", "[stack]") {
  const std::string text = read_file(kPath);
  const auto begin = text.find(kBegin);
  const auto end = text.find(kEnd);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const auto from = begin + kBegin.size() + 1;
  const char* mode = std::getenv("SKEP_GOLDEN");
  if (mode != nullptr && std::string(mode) == "accept")
    write_file(kPath, text.substr(0, from) + table() + text.substr(end));
  const std::string now = read_file(kPath);
  test::require_lines(table(), now.substr(from, now.find(kEnd) - from));
}

}  // namespace skep::stack
