#include "stack/placeholder_words.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <utility>

namespace skep::stack {
namespace {

constexpr std::string_view kNeverClosed = "it is never closed with }}";
constexpr std::string_view kStrange = "there is a character that no placeholder may have";

bool is_space(char c) {
  return one_of(c, " \t\r\n");
}
/// Bytes of what is not ASCII count as letters: Go takes any letter of Unicode.
bool is_word(char c) {
  return is_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  PlaceholderWords run() {
    at_ = 2;
    const bool trims = at(0) == '-' && is_space(at(1));
    if (trims) ++at_;
    if (text_.substr(std::min(at_ + (trims ? 1 : 0), text_.size())).starts_with("/*")) {
      comment();
    } else {
      while (result_.wrong.empty() && !at_end()) next();
    }
    result_.length = at_;
    return std::move(result_);
  }

 private:
  char at(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool done() const { return at_ >= text_.size(); }

  void fail(std::string_view why) {
    if (result_.wrong.empty()) result_.wrong = why;
  }
  void add(WordForm form, std::size_t length) {
    result_.words.push_back({form, std::string(text_.substr(at_, length))});
    at_ += length;
  }

  /// At "}}", or at " -}}"; steps over it.
  bool at_end() {
    const auto rest = text_.substr(std::min(at_, text_.size()));
    if (rest.starts_with("}}")) {
      at_ += 2;
    } else if (is_space(at(0)) && rest.substr(1).starts_with("-}}")) {
      at_ += 4;
    } else {
      return false;
    }
    if (open_ > 0) fail("a bracket is never closed");
    return true;
  }

  void comment() {
    result_.comment = true;
    const auto end = text_.find("*/", at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 2;
    if (end == std::string_view::npos || !at_end()) fail("its comment is never closed with */}}");
  }

  void next() {
    if (done()) return fail(kNeverClosed);
    const char c = at(0);
    if (is_space(c)) return blank();
    if (c == '"' || c == '\'') return quoted(c);
    if (c == '`') return raw();
    if (c == '$') return variable();
    if (c == '.' && !is_digit(at(1))) return dot();
    if (is_digit(c) || one_of(c, ".+-")) return number();
    if (is_word(c)) return name();
    sign(c);
  }

  void blank() {
    std::size_t length = 1;
    // The last blank belongs to a " -}}" behind it.
    while (is_space(at(length)) && !text_.substr(at_ + length + 1).starts_with("-}}")) ++length;
    add(WordForm::blank, length);
  }

  void sign(char c) {
    if (c == ':' && at(1) == '=') return add(WordForm::assign, 2);
    if (c == '=') return add(WordForm::assign, 1);
    if (c == '|') return add(WordForm::pipe, 1);
    if (c == ',') return add(WordForm::comma, 1);
    if (c == '(') {
      ++open_;
      return add(WordForm::open, 1);
    }
    if (c == ')' && open_ > 0) {
      --open_;
      return add(WordForm::close, 1);
    }
    fail(c == ')' ? "a bracket closes that was never opened" : kStrange);
  }

  /// "text" with escapes, or 'c'.
  void quoted(char quote) {
    std::size_t length = 1;
    for (; at(length) != quote; ++length) {
      if (at_ + length >= text_.size() || at(length) == '\n')
        return fail("its quoted text is never closed");
      if (at(length) != '\\') continue;
      ++length;
      const char other = quote == '"' ? '\'' : '"';
      if (!one_of(at(length), "abfnrtv\\xuU01234567'\"") || at(length) == other)
        return fail("its quoted text has an escape that Go does not know");
    }
    add(WordForm::constant, length + 1);
  }
  void raw() {
    const auto end = text_.find('`', at_ + 1);
    if (end == std::string_view::npos) return fail("its quoted text is never closed");
    add(WordForm::constant, end + 1 - at_);
  }

  void variable() {
    std::size_t length = 1;
    while (is_word(at(length))) ++length;
    ended(WordForm::variable, length);
  }
  void dot() {
    std::size_t length = 1;
    while (is_word(at(length))) ++length;
    if (length == 1) return add(WordForm::dot, 1);
    ended(WordForm::field, length);
  }
  void name() {
    std::size_t length = 1;
    while (is_word(at(length))) ++length;
    ended(WordForm::name, length);
  }

  /// Go wants one of a few signs behind a name.
  void ended(WordForm form, std::size_t length) {
    const auto rest = text_.substr(at_ + length);
    const bool good = rest.empty() || is_space(rest.front()) || one_of(rest.front(), ".,|:)(") ||
                      rest.starts_with("}}");
    if (!good) return fail(kStrange);
    add(form, length);
  }

  void number() {
    std::size_t length = one_of(at(0), "+-") ? 1 : 0;
    std::string_view digits = "0123456789_";
    const char base = at(length) == '0' ? at(length + 1) : '0';
    if (one_of(base, "xX")) digits = "0123456789abcdefABCDEF_";
    if (one_of(base, "xXoObB")) length += 2;
    const auto take = [&] {
      while (one_of(at(length), digits)) ++length;
    };
    const std::size_t before = length;
    take();
    if (at(length) == '.') {
      ++length;
      take();
    }
    if (one_of(at(length), "eEpP")) {
      ++length;
      if (one_of(at(length), "+-")) ++length;
      take();
    }
    if (at(length) == 'i') ++length;
    if (length == before || is_word(at(length))) return fail("it has a number that is none");
    add(WordForm::constant, length);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int open_ = 0;
  PlaceholderWords result_;
};

}  // namespace

PlaceholderWords placeholder_words(std::string_view text) {
  return Lexer(text).run();
}

}  // namespace skep::stack
