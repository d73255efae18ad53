#include "support/golden.hpp"

#include "base/files.hpp"
#include "support/catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

namespace skep::test {
namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) result.push_back(line);
  return result;
}

std::string line_diff(const std::string& expected, const std::string& actual) {
  const auto a = lines(expected);
  const auto b = lines(actual);
  std::string text;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const bool same = i < a.size() && i < b.size() && a[i] == b[i];
    if (same) continue;
    if (i < a.size()) text += "-" + std::to_string(i + 1) + " " + a[i] + "\n";
    if (i < b.size()) text += "+" + std::to_string(i + 1) + " " + b[i] + "\n";
  }
  return text;
}

}  // namespace

void require_lines(const std::string& expected, const std::string& actual) {
  if (expected == actual) {
    SUCCEED();
    return;
  }
  FAIL("texts differ (- expected, + actual):\n" << line_diff(expected, actual));
}

void golden(const std::string& dir, const std::string& name, const std::string& text) {
  const std::string path = dir + "/golden/" + name;
  const char* mode = std::getenv("SKEP_GOLDEN");
  if (mode != nullptr && std::string(mode) == "accept") {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    write_file(path, text);
  }
  if (!file_exists(path)) FAIL("no golden file " << path << " (SKEP_GOLDEN=accept writes it)");
  require_lines(read_file(path), text);
}

}  // namespace skep::test
