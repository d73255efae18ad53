#include "yaml/used.hpp"

#include <algorithm>

namespace skep::yaml {
namespace {

constexpr std::size_t kShortest = 4;       // inside quotes; a whole quoted text may be shorter
constexpr std::size_t kShortestPiece = 6;  // of a longer value, inside quotes
constexpr std::size_t kLongestCompared = 4096;
constexpr int kMostPieces = 10;
constexpr std::size_t kShortestBare = 8;  // anywhere: shorter ones are words of the message too

using Value = std::pair<std::string, std::string>;  // the value, and what it is called

std::string replaced(std::string text, const std::vector<Value>& values, std::size_t shortest) {
  for (const auto& [value, name] : values) {
    if (value.size() < shortest) continue;
    for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at)) {
      text.replace(at, value.size(), name);
      at += name.size();
    }
  }
  return text;
}

/// Where the longest piece that both have stands in `text`, and how long it is.
std::pair<std::size_t, std::size_t> common_piece(std::string_view text, std::string_view value) {
  std::vector<std::size_t> row(value.size() + 1, 0);
  std::size_t longest = 0;
  std::size_t end = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (std::size_t j = value.size(); j-- > 0;) {
      row[j + 1] = text[i] == value[j] ? row[j] + 1 : 0;
      if (row[j + 1] > longest) {
        longest = row[j + 1];
        end = i + 1;
      }
    }
  }
  return {end - longest, longest};
}

/// Pieces of values, as a message about a part of one quotes them ("80" of "80:x").
std::string without_pieces(std::string text, const std::vector<Value>& values) {
  for (const auto& [value, name] : values) {
    if (value.size() < kShortestPiece || value.size() > kLongestCompared) continue;
    for (int i = 0; i < kMostPieces; ++i) {
      const auto [at, length] = common_piece(text, value);
      if (length < kShortestPiece) break;
      text.replace(at, length, name);
    }
  }
  return text;
}

std::string inside_quotes(const std::string& text, const std::vector<Value>& values) {
  const auto whole = std::find_if(values.begin(), values.end(),
                                  [&](const Value& value) { return value.first == text; });
  if (whole != values.end()) return whole->second;
  const auto shown = replaced(text, values, kShortest);
  return shown != text ? shown : without_pieces(text, values);
}

}  // namespace

void Used::note(const Variable& variable) {
  values_.insert_or_assign(variable.name, variable.value);
  if (!variable.loc.file.empty()) of_files_.push_back(variable);
}

std::string Used::named(const std::string& text) const {
  std::vector<Value> values;
  for (const auto& [name, value] : values_) {
    if (!value.empty()) values.emplace_back(value, "${" + name + "}");
  }
  if (values.empty()) return text;
  std::stable_sort(values.begin(), values.end(),
                   [](const Value& a, const Value& b) { return a.first.size() > b.first.size(); });
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find('"', at);
    const auto close = open == std::string::npos ? open : text.find('"', open + 1);
    if (close == std::string::npos) {
      result += text.substr(at);
      break;
    }
    result += text.substr(at, open - at) + "\"" +
              inside_quotes(text.substr(open + 1, close - open - 1), values) + "\"";
    at = close + 1;
  }
  return replaced(std::move(result), values, kShortestBare);
}

}  // namespace skep::yaml
