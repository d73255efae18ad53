#include "yaml/used.hpp"

#include "base/looks_secret.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace skep::yaml {
namespace {

constexpr std::size_t kShortest = 4;       // inside quotes; a whole quoted text may be shorter
constexpr std::size_t kShortestPiece = 6;  // of a longer value, inside quotes
constexpr std::size_t kLongestCompared = 4096;
constexpr int kMostPieces = 10;
constexpr std::size_t kShortestBare = 8;  // anywhere: shorter ones are words of the message too
constexpr std::size_t kLongestWritten = 256;

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

bool is_letters(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

std::size_t hash_of(std::string_view text) {
  return std::hash<std::string_view>{}(text);
}

/// A path that people must see to find the file; no part of it may be a secret.
bool is_shown_path(const Variable& variable) {
  const std::string& value = variable.value;
  const bool path = value.starts_with("/") || value.starts_with("./") || value.starts_with("../") ||
                    value.starts_with("~/");
  return path && !name_looks_secret(variable.name) && !value_looks_secret(value) &&
         !name_looks_secret(value) && value.find_first_of(" \t\n\"'") == std::string::npos;
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

std::string placeholder(const std::string& name) {
  return "${" + name + "}";
}

}  // namespace

void Used::note(const Variable& variable) {
  variables_.insert_or_assign(variable.name, variable);
  if (!variable.loc.file.empty()) of_files_.push_back(variable);
}

void Used::note_written(std::string_view text) {
  if (text.empty() || text.size() > kLongestWritten) return;
  written_.push_back(hash_of(text));
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && in_word(text[end])) ++end;
    const bool part = end > at && end - at < text.size();
    if (part) written_.push_back(hash_of(text.substr(at, end - at)));
    at = end + 1;
  }
}

void Used::note_place(const SourceLoc& place, std::vector<Blank> blank) {
  auto& all = places_[place];
  all.insert(all.end(), blank.begin(), blank.end());
}

void Used::add(const Used& more) {
  for (const auto& [name, variable] : more.variables_) variables_.insert_or_assign(name, variable);
  of_files_.insert(of_files_.end(), more.of_files_.begin(), more.of_files_.end());
  written_.insert(written_.end(), more.written_.begin(), more.written_.end());
  for (const auto& [place, blank] : more.places_) note_place(place, blank);
}

void Used::move_places(const std::function<SourceLoc(const SourceLoc&)>& f) {
  std::map<SourceLoc, std::vector<Blank>> moved;
  std::swap(moved, places_);
  for (auto& [place, blank] : moved) note_place(f(place), std::move(blank));
}

std::map<std::string, std::string> Used::values() const {
  std::map<std::string, std::string> result;
  for (const auto& [name, variable] : variables_) result.emplace(name, variable.value);
  return result;
}

Naming::Naming(Used used) : used_(std::move(used)) {
  for (const auto& [name, variable] : used_.variables_) {
    if (!variable.value.empty() && !is_shown_path(variable))
      values_.push_back({variable.value, name});
  }
  std::stable_sort(values_.begin(), values_.end(),
                   [](const Value& a, const Value& b) { return a.text.size() > b.text.size(); });
  std::sort(used_.written_.begin(), used_.written_.end());
}

bool Naming::is_written(std::string_view text) const {
  return std::binary_search(used_.written_.begin(), used_.written_.end(), hash_of(text));
}

/// What a file has as it is, alone or as a part of a longer word, comes from there.
bool Naming::stays(std::string_view text, std::size_t at, std::size_t size) const {
  if (is_written(text.substr(at, size))) return true;
  std::size_t begin = at, end = at + size;
  while (begin > 0 && in_word(text[begin - 1])) --begin;
  while (end < text.size() && in_word(text[end])) ++end;
  return end - begin > size && is_written(text.substr(begin, end - begin));
}

/// `words`: also values that are one plain word, which a message may have of its own.
std::string Naming::replaced(std::string text, std::size_t shortest, bool words,
                             Names& names) const {
  for (const auto& [value, variable] : values_) {
    if (value.size() < shortest || (!words && is_letters(value))) continue;
    const std::string name = placeholder(variable);
    for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at)) {
      if (stays(text, at, value.size())) {
        at += value.size();
        continue;
      }
      text.replace(at, value.size(), name);
      at += name.size();
      names.insert(variable);
    }
  }
  return text;
}

/// Pieces of values, as a message about a part of one quotes them ("80" of "80:x").
std::string Naming::without_pieces(std::string text, Names& names) const {
  for (const auto& [value, variable] : values_) {
    if (value.size() < kShortestPiece || value.size() > kLongestCompared) continue;
    for (int i = 0; i < kMostPieces; ++i) {
      const auto [at, length] = common_piece(text, value);
      if (length < kShortestPiece || stays(text, at, length)) break;
      text.replace(at, length, placeholder(variable));
      names.insert(variable);
    }
  }
  return text;
}

std::string Naming::inside_quotes(const std::string& text, bool interpolated, Names& names) const {
  if (is_written(text)) return text;
  const auto whole = std::find_if(values_.begin(), values_.end(),
                                  [&](const Value& value) { return value.text == text; });
  if (whole != values_.end()) {
    names.insert(whole->name);
    return placeholder(whole->name);
  }
  auto shown = replaced(text, kShortest, /*words=*/true, names);
  return shown != text || !interpolated ? shown : without_pieces(text, names);
}

std::string Naming::named(const std::string& text, bool interpolated, Names& names) const {
  if (values_.empty()) return text;
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find('"', at);
    const auto close = open == std::string::npos ? open : text.find('"', open + 1);
    if (close == std::string::npos) {
      result += text.substr(at);
      break;
    }
    result += text.substr(at, open - at) + "\"" +
              inside_quotes(text.substr(open + 1, close - open - 1), interpolated, names) + "\"";
    at = close + 1;
  }
  return replaced(std::move(result), kShortestBare, interpolated, names);
}

/// "…; TAG is from .env:3"
std::string Naming::with_sources(std::string hint, const Names& names) const {
  for (const auto& name : names) {
    const SourceLoc& loc = used_.variables_.at(name).loc;
    hint += fmt::format("{}{} is from {}", hint.empty() ? "" : "; ", name,
                        loc.file.empty() ? "the environment" : format(loc));
  }
  return hint;
}

Diagnostic Naming::named(Diagnostic d) const {
  const bool interpolated = used_.places_.contains(d.loc);
  Names names;
  d.path = named(d.path, interpolated, names);
  d.message = named(d.message, interpolated, names);
  d.hint = with_sources(named(d.hint, interpolated, names), names);
  say_blank(d);
  return d;
}

/// A value may be wrong because a variable left nothing in it.
void Naming::say_blank(Diagnostic& d) const {
  const auto place = used_.places_.find(d.loc);
  if (place == used_.places_.end()) return;
  const auto& all = place->second;
  const bool of_one = std::any_of(all.begin(), all.end(), [&](const Used::Blank& blank) {
    return d.message.find(blank.state) != std::string::npos;
  });
  if (of_one) return;  // each is told by itself
  std::vector<std::string> states;
  for (const auto& blank : all) {
    if (std::find(states.begin(), states.end(), blank.state) != states.end()) continue;
    states.push_back(blank.state);
    if (!blank.advice.empty()) d.hint += (d.hint.empty() ? "" : "; ") + blank.advice;
  }
  if (!states.empty()) d.message += fmt::format(" ({})", fmt::join(states, ", "));
}

Error Naming::named(const Error& error) const {
  Names names;
  const std::string message = named(error.message(), /*interpolated=*/true, names);
  const std::string hint = with_sources(named(error.hint(), /*interpolated=*/true, names), names);
  if (error.loc()) return {error.kind(), *error.loc(), message, hint};
  return {error.kind(), message, hint};
}

}  // namespace skep::yaml
