#include "image/regex.hpp"

#include "image/regex_syntax.hpp"

#include <algorithm>
#include <array>

namespace skep::image {

namespace {

using Node = RegexNode;
using Op = Regex::Op;

constexpr char32_t kReplacement = 0xFFFD;

bool is_word(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool holds(const std::vector<Regex::Range>& ranges, char32_t rune) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [rune](const Regex::Range& r) { return r.low <= rune && rune <= r.high; });
}

class Compiler {
 public:
  std::vector<Regex::Instruction> compile(const Node& node) {
    put(node);
    program_.push_back({.op = Op::match});
    return std::move(program_);
  }

 private:
  std::size_t here() const { return program_.size(); }
  std::size_t add(Op op) {
    program_.push_back({.op = op, .next = here() + 1});
    return here() - 1;
  }

  void put(const Node& node) {
    switch (node.type) {
      case Node::Type::leaf: {
        auto& instruction = program_[add(node.op)];
        instruction.ranges = node.ranges;
        instruction.negated = node.negated;
        return;
      }
      case Node::Type::sequence:
        for (const auto& child : node.children) put(child);
        return;
      case Node::Type::choice:
        put_choice(node);
        return;
      case Node::Type::repeat:
        put_repeat(node);
        return;
    }
  }

  void put_choice(const Node& node) {
    std::vector<std::size_t> jumps;
    for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
      const auto split = add(Op::split);
      put(node.children[i]);
      jumps.push_back(add(Op::jump));
      program_[split].other = here();
    }
    put(node.children.back());
    for (const auto jump : jumps) program_[jump].next = here();
  }

  void put_repeat(const Node& node) {
    const auto& child = node.children.front();
    for (int i = 0; i < node.min; ++i) put(child);
    if (node.max == kUnlimited) {
      const auto split = add(Op::split);
      put(child);
      program_[add(Op::jump)].next = split;
      program_[split].other = here();
      return;
    }
    std::vector<std::size_t> splits;
    for (int i = node.min; i < node.max; ++i) {
      splits.push_back(add(Op::split));
      put(child);
    }
    for (const auto split : splits) program_[split].other = here();
  }

  std::vector<Regex::Instruction> program_;
};

/// The set of places in the program where a match may be, moved on one character at a time.
class Threads {
 public:
  Threads(const std::vector<Regex::Instruction>& program, const std::u32string& text)
      : program_(program), text_(text) {}

  bool run() {
    std::vector<std::size_t> current;
    for (std::size_t at = 0;; ++at) {
      seen_.assign(program_.size(), false);
      std::vector<std::size_t> ready;
      for (const auto place : current) follow(place, at, ready);
      follow(0, at, ready);
      if (matched_) return true;
      if (at == text_.size()) return false;
      current.clear();
      for (const auto place : ready) {
        if (takes(program_[place], text_[at])) current.push_back(program_[place].next);
      }
    }
  }

 private:
  static bool takes(const Regex::Instruction& instruction, char32_t rune) {
    if (instruction.op == Op::any_but_newline) return rune != '\n';
    return holds(instruction.ranges, rune) != instruction.negated;
  }

  bool word_edge(std::size_t at) const {
    const bool before = at > 0 && is_word(text_[at - 1]);
    const bool after = at < text_.size() && is_word(text_[at]);
    return before != after;
  }

  /// Goes through what takes no character, to the places that wait for one.
  void follow(std::size_t from, std::size_t at, std::vector<std::size_t>& ready) {
    std::vector<std::size_t> open{from};
    while (!open.empty()) {
      const auto place = open.back();
      open.pop_back();
      if (seen_[place]) continue;
      seen_[place] = true;
      const auto& instruction = program_[place];
      switch (instruction.op) {
        case Op::runes:
        case Op::any_but_newline:
          ready.push_back(place);
          break;
        case Op::split:
          open.push_back(instruction.other);
          open.push_back(instruction.next);
          break;
        case Op::jump:
          open.push_back(instruction.next);
          break;
        case Op::begin:
          if (at == 0) open.push_back(instruction.next);
          break;
        case Op::end:
          if (at == text_.size()) open.push_back(instruction.next);
          break;
        case Op::word_edge:
          if (word_edge(at)) open.push_back(instruction.next);
          break;
        case Op::no_word_edge:
          if (!word_edge(at)) open.push_back(instruction.next);
          break;
        case Op::match:
          matched_ = true;
          break;
      }
    }
  }

  const std::vector<Regex::Instruction>& program_;
  const std::u32string& text_;
  std::vector<bool> seen_;
  bool matched_ = false;
};

}  // namespace

std::u32string decode_utf8(std::string_view text) {
  std::u32string runes;
  runes.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const auto first = byte(0);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xC2 ? 0
                               : first < 0xE0 ? 2
                               : first < 0xF0 ? 3
                               : first < 0xF5 ? 4
                                              : 0;
    constexpr std::array<char32_t, 5> kLead{0, 0x7F, 0x1F, 0x0F, 0x07};
    constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    bool good = length != 0 && at + length <= text.size();
    char32_t rune = good ? first & kLead[length] : 0;
    for (std::size_t i = 1; good && i < length; ++i) {
      good = (byte(i) & 0xC0) == 0x80;
      rune = rune << 6 | (byte(i) & 0x3F);
    }
    good = good && rune >= kLeast[length] && rune <= kLastRune && (rune < 0xD800 || rune > 0xDFFF);
    runes += good ? rune : kReplacement;
    at += good ? length : 1;
  }
  return runes;
}

Regex::Regex(std::string_view expression) : program_(Compiler().compile(parse_regex(expression))) {}

bool Regex::found_in(std::string_view text) const {
  const auto runes = decode_utf8(text);
  return Threads(program_, runes).run();
}

}  // namespace skep::image
