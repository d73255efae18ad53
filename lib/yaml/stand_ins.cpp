#include "yaml/stand_ins.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

namespace skep::yaml {
namespace {

constexpr int kFirst = 0xE000, kHalf = 0xEC00, kEnd = 0xF900;  // of Unicode's private use area

/// Behind a quote or a bracket a ':' may end a key; a tag, an anchor and an alias end at it.
bool refused_colon(std::string_view text, std::size_t at, char first_of_word) {
  return text[at] == ':' && one_of(text[at + 1], ",?[]{}") && !one_of(first_of_word, "!&*");
}

/// A character of private use in [from, to) that is in the text neither as it is nor as an escape;
/// "" in a text that has them all, which libyaml then reads as it is.
std::string unused_character(std::string_view text, int from, int to) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  for (int point = from; point < to; ++point) {
    std::string character = {static_cast<char>(0xE0 | (point >> 12)),
                             static_cast<char>(0x80 | ((point >> 6) & 0x3F)),
                             static_cast<char>(0x80 | (point & 0x3F))};
    const bool used = text.find(character) != std::string_view::npos ||
                      lower.find(fmt::format("{:x}", point)) != std::string::npos;
    if (!used) return character;
  }
  return "";
}

bool needed(std::string_view text) {
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    if (text[at] == '\\' && text[at + 1] == '\'') return true;
    if (refused_colon(text, at, ' ')) return true;
  }
  return false;
}

}  // namespace

StandIns::StandIns(std::string_view text) : text_(text) {
  if (!needed(text)) return;
  colon_ = unused_character(text, kFirst, kHalf);
  backslash_ = unused_character(text, kHalf, kEnd);
  if (colon_.empty() || backslash_.empty()) return;
  char first = '\0';  // of the word that `at` is in
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool last = at + 1 == text.size();
    if (c == '\\' && !last) {
      const bool stands_in = text[at + 1] == '\'';
      changed_ += stands_in ? backslash_ : std::string(1, c);
      changed_ += text[++at];
    } else if (!last && first != '\0' && refused_colon(text, at, first)) {
      changed_ += colon_;
    } else {
      changed_ += c;
    }
    first = one_of(text[at], " \t\n[]{},\"'") ? '\0' : first == '\0' ? c : first;
  }
}

std::string StandIns::restored(std::string value, bool double_quoted) const {
  if (changed_.empty()) return value;
  const std::string_view backslash = double_quoted ? "" : "\\";
  std::string result;
  for (std::size_t at = 0; at < value.size();) {
    const std::string_view rest = std::string_view(value).substr(at);
    const bool colon = rest.starts_with(colon_);
    if (colon || rest.starts_with(backslash_)) {
      result += colon ? ":" : backslash;
      at += colon_.size();
    } else {
      result += value[at++];
    }
  }
  return result;
}

}  // namespace skep::yaml
