#include "stack/short_syntax.hpp"

namespace skep::stack {
namespace {

enum class In { gap, word, quotes, double_quotes, comment };

bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

class Splitter {
 public:
  Parsed<std::vector<std::string>> split(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool escapes = text[i] == '\\' && in_ != In::quotes && in_ != In::comment;
      if (!escapes) {
        step(text[i]);
      } else if (++i < text.size()) {
        if (in_ == In::gap) in_ = In::word;
        word_ += text[i];
      } else {
        return {{}, "nothing follows the backslash at the end", "write \\\\ for a backslash"};
      }
    }
    if (in_ == In::quotes) return unclosed("'");
    if (in_ == In::double_quotes) return unclosed("\"");
    if (in_ == In::word) end_word();
    return {std::move(words_), "", ""};
  }

 private:
  static Parsed<std::vector<std::string>> unclosed(const std::string& quote) {
    return {{}, "a quote is never closed: " + quote, "close it, or write the command as a list"};
  }

  void end_word() {
    words_.push_back(std::move(word_));
    word_.clear();
    in_ = In::gap;
  }

  void step(char c) {
    switch (in_) {
      case In::gap:
        if (blank(c)) return;
        in_ = c == '#' ? In::comment : In::word;
        if (in_ == In::word) in_word(c);
        return;
      case In::word:
        return blank(c) ? end_word() : in_word(c);
      case In::quotes:
        return quoted(c, '\'');
      case In::double_quotes:
        return quoted(c, '"');
      case In::comment:
        if (c == '\n') in_ = In::gap;
        return;
    }
  }

  void in_word(char c) {
    if (c == '"') {
      in_ = In::double_quotes;
    } else if (c == '\'') {
      in_ = In::quotes;
    } else {
      word_ += c;
    }
  }

  void quoted(char c, char quote) {
    if (c == quote) {
      in_ = In::word;
    } else {
      word_ += c;
    }
  }

  In in_ = In::gap;
  std::string word_;
  std::vector<std::string> words_;
};

}  // namespace

ShortPair split_pair(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) return {text, std::nullopt};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

Parsed<std::vector<std::string>> split_command(const std::string& text) {
  return Splitter().split(text);
}

}  // namespace skep::stack
