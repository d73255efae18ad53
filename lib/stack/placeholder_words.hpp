#pragma once
// The words of one action of a Go template: what stands between "{{" and "}}" (Go's
// text/template/parse/lex.go).
#include <string>
#include <string_view>
#include <vector>

namespace skep::stack {

enum class WordForm {
  blank,
  name,      // a function or a keyword
  field,     // ".Name"
  variable,  // "$x"; "$" is the whole context
  dot,
  constant,  // text, a number or a character
  assign,    // ":=" or "="
  pipe,
  comma,
  open,
  close,
};

struct PlaceholderWord {
  WordForm form;
  std::string text;
  bool operator==(const PlaceholderWord&) const = default;
};

struct PlaceholderWords {
  std::vector<PlaceholderWord> words;
  bool comment = false;    // "{{/* … */}}", which has no words
  std::size_t length = 0;  // of the action, with "{{" and "}}"
  std::string wrong;       // why it cannot be read; quotes no word of the text
};

/// `text` begins with "{{".
PlaceholderWords placeholder_words(std::string_view text);

}  // namespace skep::stack
