#include "image/regex_syntax.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace skep::image {

namespace {

using Node = RegexNode;
constexpr int kMaxRepeat = 1000;

using Range = Regex::Range;
using Ranges = std::vector<Range>;
using Op = Regex::Op;

bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_octal(char32_t c) {
  return c >= '0' && c <= '7';
}
bool is_alnum(char32_t c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Everything that is not in `ranges`.
Ranges complement(Ranges ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.low < b.low; });
  Ranges rest;
  char32_t from = 0;
  for (const auto& range : ranges) {
    if (range.low > from) rest.push_back({from, range.low - 1});
    from = std::max<char32_t>(from, range.high + 1);
  }
  if (from <= kLastRune) rest.push_back({from, kLastRune});
  return rest;
}

std::optional<Ranges> perl_class(char32_t name) {
  switch (name) {
    case 'd':
      return Ranges{{'0', '9'}};
    case 's':
      return Ranges{{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
    case 'w':
      return Ranges{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
    case 'D':
      return complement(*perl_class('d'));
    case 'S':
      return complement(*perl_class('s'));
    case 'W':
      return complement(*perl_class('w'));
    default:
      return std::nullopt;
  }
}

std::optional<Ranges> posix_class(std::u32string_view name) {
  struct Named {
    std::u32string_view name;
    Ranges ranges;
  };
  const std::array<Named, 14> table{{
      {U"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
      {U"alpha", {{'A', 'Z'}, {'a', 'z'}}},
      {U"ascii", {{0, 0x7F}}},
      {U"blank", {{'\t', '\t'}, {' ', ' '}}},
      {U"cntrl", {{0, 0x1F}, {0x7F, 0x7F}}},
      {U"digit", {{'0', '9'}}},
      {U"graph", {{'!', '~'}}},
      {U"lower", {{'a', 'z'}}},
      {U"print", {{' ', '~'}}},
      {U"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
      {U"space", {{'\t', '\r'}, {' ', ' '}}},
      {U"upper", {{'A', 'Z'}}},
      {U"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
      {U"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
  }};
  const bool negated = !name.empty() && name.front() == '^';
  if (negated) name.remove_prefix(1);
  for (const auto& entry : table) {
    if (entry.name == name) return negated ? complement(entry.ranges) : entry.ranges;
  }
  return std::nullopt;
}

Node leaf(Op op, Ranges ranges = {}, bool negated = false) {
  return {.type = Node::Type::leaf, .op = op, .ranges = std::move(ranges), .negated = negated};
}

class Parser {
 public:
  explicit Parser(std::string_view expression) : text_(decode_utf8(expression)) {}

  Node parse() {
    auto node = choice();
    if (!at_end()) fail("unexpected )");
    return node;
  }

 private:
  [[noreturn]] static void fail(const std::string& reason) { throw Error(Kind::input, reason); }
  bool at_end() const { return at_ == text_.size(); }
  char32_t peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : 0;
  }
  char32_t take() { return text_[at_++]; }
  bool accept(char32_t c) {
    if (at_end() || peek() != c) return false;
    ++at_;
    return true;
  }

  Node choice() {
    Node node{.type = Node::Type::choice, .children = {sequence()}};
    while (accept('|')) node.children.push_back(sequence());
    return node.children.size() == 1 ? Node(node.children.front()) : node;
  }

  Node sequence() {
    Node node{.type = Node::Type::sequence};
    bool repeated = false;  // the last one has a repetition already: a** is an error, as in Perl
    while (!at_end() && peek() != '|' && peek() != ')') {
      const auto before = at_;
      if (const auto times = repetition()) {
        if (node.children.empty()) fail("missing argument to a repetition");
        if (repeated) fail("a repetition of a repetition");
        auto inner = std::move(node.children.back());
        node.children.back() = {.type = Node::Type::repeat,
                                .min = times->first,
                                .max = times->second,
                                .children = {std::move(inner)}};
        repeated = true;
        continue;
      }
      at_ = before;
      node.children.push_back(atom());
      repeated = false;
    }
    return node;
  }

  std::optional<std::pair<int, int>> repetition() {
    if (accept('*')) return std::pair(0, kUnlimited);
    if (accept('+')) return std::pair(1, kUnlimited);
    if (accept('?')) return std::pair(0, 1);
    if (!accept('{')) return std::nullopt;
    const auto low = number();
    if (!low) return std::nullopt;
    auto high = low;
    if (accept(',')) {
      high = peek() == '}' ? std::optional(kUnlimited) : number();
      if (!high) return std::nullopt;
    }
    if (!accept('}')) return std::nullopt;
    if (*low > kMaxRepeat || *high > kMaxRepeat || (*high != kUnlimited && *low > *high)) {
      fail("invalid repeat count");
    }
    return std::pair(*low, *high);
  }

  std::optional<int> number() {
    if (!is_digit(peek()) || (peek() == '0' && is_digit(peek(1)))) return std::nullopt;
    int value = 0;
    while (is_digit(peek())) {
      value = std::min(kMaxRepeat + 1, value * 10 + static_cast<int>(take() - '0'));
    }
    return value;
  }

  Node atom() {
    const auto c = take();
    switch (c) {
      case '(': {
        auto inner = choice();
        if (!accept(')')) fail("missing closing )");
        return inner;
      }
      case '[':
        return bracket();
      case '.':
        return leaf(Op::any_but_newline);
      case '^':
        return leaf(Op::begin);
      case '$':
        return leaf(Op::end);
      case '\\':
        return escaped();
      default:
        return leaf(Op::runes, {{c, c}});
    }
  }

  Node escaped() {
    if (at_end()) fail("trailing backslash");
    const auto c = peek();
    constexpr std::u32string_view kUnsupported = U"pPQC";
    if (kUnsupported.find(c) != std::u32string_view::npos) {
      fail(fmt::format("\\{} is not supported", static_cast<char>(c)));
    }
    if (auto ranges = perl_class(c)) return take(), leaf(Op::runes, *ranges);
    if (accept('A')) return leaf(Op::begin);
    if (accept('z')) return leaf(Op::end);
    if (accept('b')) return leaf(Op::word_edge);
    if (accept('B')) return leaf(Op::no_word_edge);
    const auto rune = escaped_rune();
    return leaf(Op::runes, {{rune, rune}});
  }

  /// What follows a backslash and stands for one character (regexp/syntax parseEscape).
  char32_t escaped_rune() {
    if (at_end()) fail("trailing backslash");
    const auto c = take();
    if (c == '0' || (is_octal(c) && is_octal(peek()))) {
      auto value = c - '0';
      for (int i = 0; i < 2 && is_octal(peek()); ++i) value = value * 8 + (take() - '0');
      return value;
    }
    constexpr std::u32string_view kNames = U"afnrtv";
    constexpr std::u32string_view kValues = U"\a\f\n\r\t\v";
    if (const auto named = kNames.find(c); named != std::u32string_view::npos)
      return kValues[named];
    if (c == 'x') return hex_rune();
    if (c >= 0x80 || is_alnum(c)) fail("invalid escape sequence");
    return c;
  }

  char32_t hex_rune() {
    const bool braced = accept('{');
    char32_t value = 0;
    int digits = 0;
    for (; braced ? peek() != '}' : digits < 2; ++digits) {
      const auto c = at_end() ? U'\0' : take();
      const auto lower = c | 0x20;
      if (!is_digit(c) && !(lower >= 'a' && lower <= 'f')) fail("invalid escape sequence");
      value = value * 16 + (is_digit(c) ? c - '0' : lower - 'a' + 10);
      if (value > kLastRune) fail("invalid escape sequence");
    }
    if (digits == 0 || (braced && !accept('}'))) fail("invalid escape sequence");
    return value;
  }

  Node bracket() {
    auto node = leaf(Op::runes);
    node.negated = accept('^');
    for (bool first = true;; first = false) {
      if (at_end()) fail("missing closing ]");
      if (!first && accept(']')) return node;
      if (auto named = named_class()) {
        node.ranges.insert(node.ranges.end(), named->begin(), named->end());
        continue;
      }
      const auto low = bracket_rune();
      auto high = low;
      if (peek() == '-' && at_ + 1 < text_.size() && peek(1) != ']') {
        take();
        high = bracket_rune();
        if (high < low) fail("invalid character class range");
      }
      node.ranges.push_back({low, high});
    }
  }

  char32_t bracket_rune() {
    if (at_end()) fail("missing closing ]");
    const auto c = take();
    return c == '\\' ? escaped_rune() : c;
  }

  /// [:alpha:] or \d inside of brackets.
  std::optional<Ranges> named_class() {
    if (peek() == '\\' && at_ + 1 < text_.size()) {
      if (peek(1) == 'p' || peek(1) == 'P') fail("\\p is not supported");
      auto ranges = perl_class(peek(1));
      if (ranges) at_ += 2;
      return ranges;
    }
    if (peek() != '[' || peek(1) != ':') return std::nullopt;
    const auto end = text_.find(U":]", at_ + 2);
    if (end == std::u32string::npos) return std::nullopt;
    auto ranges = posix_class(std::u32string_view(text_).substr(at_ + 2, end - at_ - 2));
    if (!ranges) fail("invalid character class range");
    at_ = end + 2;
    return ranges;
  }

  std::u32string text_;
  std::size_t at_ = 0;
};

}  // namespace

RegexNode parse_regex(std::string_view expression) {
  return Parser(expression).parse();
}

}  // namespace skep::image
