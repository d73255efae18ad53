#include "render/dockerfile.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <vector>

namespace skep::render {
namespace {

std::vector<std::string> words(const std::string& line) {
  std::vector<std::string> result;
  std::istringstream in(line);
  for (std::string word; in >> word;) result.push_back(word);
  return result;
}

/// Instructions with their continued lines joined, without comments.
std::vector<std::vector<std::string>> instructions(const std::string& text) {
  std::vector<std::vector<std::string>> result;
  std::istringstream in(text);
  std::string whole;
  for (std::string line; std::getline(in, line);) {
    const std::size_t first = line.find_first_not_of(" \t");
    if (first != std::string::npos && line[first] == '#') continue;
    const std::size_t last = line.find_last_not_of(" \t\r");
    line.erase(last == std::string::npos ? 0 : last + 1);
    if (line.ends_with('\\')) {
      whole += line.substr(0, line.size() - 1) + " ";
      continue;
    }
    result.push_back(words(whole + line));
    whole.clear();
  }
  if (!whole.empty()) result.push_back(words(whole));
  return result;
}

}  // namespace

bool has_healthcheck(const std::string& dockerfile) {
  std::map<std::string, bool> stages;
  std::string stage;
  bool has = false;
  for (const auto& words : instructions(dockerfile)) {
    if (words.size() < 2) continue;
    const std::string instruction = lower(words[0]);
    if (instruction == "healthcheck") has = lower(words[1]) != "none";
    if (instruction == "from") {
      std::size_t image = 1;
      while (image + 1 < words.size() && words[image].starts_with("--")) ++image;
      const auto base = stages.find(lower(words[image]));
      has = base != stages.end() && base->second;
      stage = image + 2 < words.size() ? lower(words[image + 2]) : "";
    }
    if (!stage.empty()) stages[stage] = has;
  }
  return has;
}

}  // namespace skep::render
